import { generateContracts } from './generate-contracts.ts';
import type { NewFile } from './new-file.ts';
import { ScaffoldFailure, writeNewFiles } from './write-new-files.ts';

/**
 * Writes schema and sample of an event, and generates what follows from them.
 *
 * @param folder the project's
 * @returns paths of the generated files
 * @throws {ScaffoldFailure} when something cannot be written or generated: then schema and sample are removed again
 */
export async function makeEvent(folder: string, files: readonly NewFile[]): Promise<string[]> {
  const written = await writeNewFiles(folder, files);
  try {
    return await generateContracts(folder);
  } catch (cause) {
    await written.remove();
    // What was generated so far would speak of an event that is not there.
    const tidied = await generateContracts(folder).then(
      () => '',
      () => '; when that is mended, run npm run schemas',
    );
    throw new ScaffoldFailure(
      `the contract could not be generated, and what was written was removed again: ${(cause as Error).message}${tidied}`,
      { cause },
    );
  }
}
