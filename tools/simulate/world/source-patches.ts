import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { applyPatch, type StructuredPatchHunk } from 'diff';

const ROOT = join(import.meta.dirname, '..', '..', '..');

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

/** The URL of a source. @param file from the root of the project */
export function sourceUrl(file: string): string {
  return pathToFileURL(join(ROOT, file)).href;
}

/**
 * Loads modules with their changes from now on, for the rest of the process.
 * @returns reads a source of the project with its changes, by its URL
 * @throws Error for a patch that does not fit its source
 */
export function plantPatches(patches: readonly SourcePatch[]): (url: string) => string {
  const patchOf = new Map(patches.map((patch) => [sourceUrl(patch.file), patch]));
  const source = (url: string) => {
    const [text, patch] = [readFileSync(fileURLToPath(url), 'utf8'), patchOf.get(url)];
    return patch === undefined ? text : patched(text, patch);
  };
  const changed = new Map([...patchOf.keys()].map((url) => [url, stripTypeScriptTypes(source(url))]));
  registerHooks({
    load: (url, context, next) => {
      const found = changed.get(url);
      return found === undefined ? next(url, context) : { format: 'module', source: found, shortCircuit: true };
    },
  });
  return source;
}
