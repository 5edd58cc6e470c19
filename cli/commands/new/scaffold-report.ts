import { CommandFailure } from '../../../operations/messages/errors.ts';
import { ScaffoldFailure } from './write-new-files.ts';

/** Tells the person who asked why nothing was made; a bug stays one. */
export function asCommandFailure(error: unknown): never {
  if (error instanceof ScaffoldFailure) throw new CommandFailure(error.message, { cause: error });
  throw error;
}

/** Files, one a line. */
export function listed(paths: readonly string[]): string {
  return paths.map((path) => `  ${path}`).join('\n');
}
