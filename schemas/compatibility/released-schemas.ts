import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type JsonSchema, parseJsonObject } from '../generator/read-event-schemas.ts';
import { type BreakingChange, findBreakingChanges } from './find-breaking-changes.ts';

/** How one schema file stands to its released copy. */
export interface SchemaComparison {
  readonly fileName: string;
  /** False for a schema that was never released: it may still change at will. */
  readonly released: boolean;
  readonly breakingChanges: readonly BreakingChange[];
}

const ENDING = '.schema.json';

/** Compares every schema of a folder with its copy in another folder, which holds what was last released. */
export async function compareWithReleased(folder: string, releasedFolder: string): Promise<SchemaComparison[]> {
  const current = await readSchemaFiles(folder);
  const released = await readSchemaFiles(releasedFolder);
  const fileNames = [...new Set([...current.keys(), ...released.keys()])].sort();
  return fileNames.map((fileName) => {
    const before = released.get(fileName);
    const breakingChanges = before ? findBreakingChanges(before, current.get(fileName)) : [];
    return { fileName, released: before !== undefined, breakingChanges };
  });
}

/** Makes the current schemas the released ones. To be called only when none of them breaks its released copy. */
export async function copyToReleased(folder: string, releasedFolder: string): Promise<string[]> {
  const fileNames = [...(await readSchemaFiles(folder)).keys()];
  await mkdir(releasedFolder, { recursive: true });
  await Promise.all(fileNames.map((fileName) => copyFile(join(folder, fileName), join(releasedFolder, fileName))));
  return fileNames;
}

/**
 * Says one breaking change, and what to do about it, on one line.
 *
 * @param fileName the schema's, such as `user-registered.v1.schema.json`
 */
export function describeBreakingChange(fileName: string, { field, message }: BreakingChange): string {
  const nextVersion = fileName.replace(/\.v(\d+)\./, (_, version: string) => `.v${Number(version) + 1}.`);
  return `${fileName}: ${field && `${field} `}${message}. Undo it, or add ${nextVersion} beside it and publish both until no reader is left on the old one`;
}

/** The schemas of a folder by file name; none where there is no such folder. @throws {SchemaError} for one that is no JSON object */
export async function readSchemaFiles(folder: string): Promise<Map<string, JsonSchema>> {
  let fileNames: string[];
  try {
    fileNames = (await readdir(folder)).filter((name) => name.endsWith(ENDING)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map(); // nothing was released yet
    throw error;
  }
  const read = async (fileName: string): Promise<[string, JsonSchema]> => [
    fileName,
    parseJsonObject(fileName, await readFile(join(folder, fileName), 'utf8')),
  ];
  return new Map(await Promise.all(fileNames.map(read)));
}
