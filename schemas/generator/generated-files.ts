import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEventSchemas } from './read-event-schemas.ts';
import { readSamples } from './read-samples.ts';
import { renderAsyncApi } from './render-asyncapi.ts';
import {
  renderContract,
  renderDetailSchemas,
  renderIndex,
  renderValidators,
  renderValidatorTypes,
} from './render-contracts.ts';
import { renderEventsPage } from './render-events-page.ts';
import { renderRegisteredSchemas } from './render-registered-schemas.ts';

/** What the generator writes into one folder. */
export interface GeneratedFolder {
  /** From the root of the repository, such as `schemas/generated`. */
  readonly path: string;
  /** Whether a file of that name belongs to the generator, which removes those that it no longer writes. */
  readonly owns: (name: string) => boolean;
  /** Name to content. */
  readonly files: ReadonlyMap<string, string>;
}

/** A generated file that does not match the schemas. */
export interface OutdatedFile {
  /** From the root of the repository, such as `docs/events.md`. */
  readonly file: string;
  readonly problem: 'stale' | 'missing' | 'left over';
}

/** Compares the folders with what should be in them, and names every file that is not up to date. */
export async function findOutdatedFiles(root: string, folders: readonly GeneratedFolder[]): Promise<OutdatedFile[]> {
  return (await compareFolders(root, folders)).map(({ file, problem }) => ({ file, problem }));
}

/** Brings the folders up to date. Returns what was written or removed. */
export async function writeGeneratedFiles(root: string, folders: readonly GeneratedFolder[]): Promise<OutdatedFile[]> {
  for (const { path } of folders) await mkdir(join(root, path), { recursive: true });
  const differences = await compareFolders(root, folders);
  for (const { file, content } of differences) {
    if (content === undefined) await rm(join(root, file), { recursive: true });
    else await writeFile(join(root, file), content);
  }
  return differences.map(({ file, problem }) => ({ file, problem }));
}

interface Difference extends OutdatedFile {
  /** What should be in the file; `undefined` for one that should not be there. */
  readonly content: string | undefined;
}

async function compareFolders(root: string, folders: readonly GeneratedFolder[]): Promise<Difference[]> {
  return (await Promise.all(folders.map((folder) => compareFolder(root, folder)))).flat();
}

async function compareFolder(root: string, { path, owns, files }: GeneratedFolder): Promise<Difference[]> {
  const present = (await listFiles(join(root, path))).filter(owns);
  const differences: Difference[] = [];
  for (const [name, content] of files) {
    const file = `${path}/${name}`;
    if (!present.includes(name)) differences.push({ file, problem: 'missing', content });
    else if ((await readFile(join(root, file), 'utf8')) !== content)
      differences.push({ file, problem: 'stale', content });
  }
  for (const name of present) {
    if (!files.has(name)) differences.push({ file: `${path}/${name}`, problem: 'left over', content: undefined });
  }
  return differences;
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Renders everything that the schemas and samples of a folder generate, and reads nothing else: the same schemas and
 * samples give the same bytes.
 *
 * @param schemaFolder holds `*.schema.json` and `samples/`
 */
export async function renderAll(schemaFolder: string): Promise<GeneratedFolder[]> {
  const events = await readEventSchemas(schemaFolder);
  const samples = await readSamples(join(schemaFolder, 'samples'), events);
  const perEvent = await Promise.all(
    events.map(
      async (event): Promise<[string, string][]> => [
        [`${event.schemaName}.ts`, await renderContract(event)],
        [`${event.schemaName}.validators.js`, await renderValidators(event)],
        [`${event.schemaName}.validators.d.ts`, renderValidatorTypes(event)],
      ],
    ),
  );
  return [
    {
      path: 'schemas/generated',
      owns: () => true,
      files: new Map([
        ...perEvent.flat(),
        ['event-contracts.ts', renderIndex(events)],
        ['detail-schemas.ts', renderDetailSchemas(events)],
        ['registered-schemas.ts', renderRegisteredSchemas(events)],
      ]),
    },
    {
      path: 'docs',
      owns: (name) => name.startsWith('events.'),
      files: new Map([
        ['events.asyncapi.json', renderAsyncApi(events, samples)],
        ['events.md', renderEventsPage(events, samples)],
      ]),
    },
  ];
}
