import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEventSchemas } from './read-event-schemas.ts';
import { renderContract, renderIndex } from './render-contracts.ts';
import { renderValidators, renderValidatorTypes } from './render-validators.ts';

/** A file of the generated folder that is not what the schemas say. */
export interface OutdatedFile {
  readonly file: string;
  readonly problem: 'stale' | 'missing' | 'left over';
}

/**
 * Renders everything that the schemas of a folder generate. The same schemas give the same bytes.
 *
 * @returns file name to content
 */
export async function renderGeneratedFiles(schemaFolder: string): Promise<ReadonlyMap<string, string>> {
  const events = await readEventSchemas(schemaFolder);
  const perEvent = await Promise.all(
    events.map(
      async (event): Promise<[string, string][]> => [
        [`${event.schemaName}.ts`, await renderContract(event)],
        [`${event.schemaName}.validators.js`, await renderValidators(event)],
        [`${event.schemaName}.validators.d.ts`, renderValidatorTypes(event)],
      ],
    ),
  );
  return new Map([...perEvent.flat(), ['event-contracts.ts', renderIndex(events)]]);
}

/** Compares a generated folder with what the schemas say, and names every file that is not up to date. */
export async function findOutdatedFiles(schemaFolder: string, generatedFolder: string): Promise<OutdatedFile[]> {
  const expected = await renderGeneratedFiles(schemaFolder);
  const present = await listFiles(generatedFolder);
  const outdated: OutdatedFile[] = [];
  for (const [file, content] of expected) {
    if (!present.includes(file)) outdated.push({ file, problem: 'missing' });
    else if ((await readFile(join(generatedFolder, file), 'utf8')) !== content)
      outdated.push({ file, problem: 'stale' });
  }
  for (const file of present) {
    if (!expected.has(file)) outdated.push({ file, problem: 'left over' });
  }
  return outdated;
}

/** Brings a generated folder up to date, and tells what had to be written or removed. */
export async function writeGeneratedFiles(schemaFolder: string, generatedFolder: string): Promise<OutdatedFile[]> {
  const expected = await renderGeneratedFiles(schemaFolder);
  const outdated = await findOutdatedFiles(schemaFolder, generatedFolder);
  await mkdir(generatedFolder, { recursive: true });
  for (const { file } of outdated) {
    const content = expected.get(file);
    if (content === undefined) await rm(join(generatedFolder, file), { recursive: true });
    else await writeFile(join(generatedFolder, file), content);
  }
  return outdated;
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
