import { applyPatch, type StructuredPatchHunk } from 'diff';

/** A change of one source, for a simulation of code with a bug. */
export interface SourcePatch {
  /** From the root of the project, such as `services/shared/publish.ts`. */
  readonly file: string;
  readonly hunks: readonly StructuredPatchHunk[];
}

/**
 * A source with its changes. Lines may have moved; the lines around a change must be as they were.
 * @throws Error for a patch that does not fit its source
 */
export function patched(source: string, { file, hunks }: SourcePatch): string {
  const names = { oldFileName: file, newFileName: file, oldHeader: '', newHeader: '' };
  const result = applyPatch(source, { ...names, hunks: [...hunks] });
  if (result === false) throw new Error(`The patch of ${file} does not fit it. Make it again from the file as it is.`);
  return result;
}
