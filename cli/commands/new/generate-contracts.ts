import { execFile } from 'node:child_process';

/**
 * Generates everything that follows from the schemas, as `npm run schemas` does: in a process of its own, since this
 * one has the contracts loaded as they were.
 *
 * @param folder the project's
 * @returns paths of the files that were written
 * @throws {Error} with the generator's own words
 */
export function generateContracts(folder: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['schemas/generate.ts'], { cwd: folder }, (error, stdout, stderr) => {
      if (error === null) return resolve([...stdout.matchAll(/^wrote (.+)$/gm)].map(([, path = '']) => path));
      reject(new Error(complaint(stderr) || error.message, { cause: error }));
    });
  });
}

/** The line of an uncaught error that says what it is. */
function complaint(stderr: string): string | undefined {
  return /^(?:\w*[Ee]rror): (.+)$/m.exec(stderr)?.[1] ?? stderr.trim().split('\n')[0];
}
