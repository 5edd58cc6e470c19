import { isObject } from '../core/json-text.ts';

/**
 * The JSON path subset of EventBridge, shared by input templates and dynamic target parameters.
 *
 * The user guide (eb-pipes-input-transformation, eb-targets) names everything that it supports: dot notation, dashes,
 * underscores, alphanumerics, array indices, wildcards and forward slashes. Quoted keys, filters, slices and `..` are not in
 * it. AWS checks none of it at creation and does not say what an unsupported path yields. Here it is an error: a path that
 * works only on a laptop is worse than one that stops the engine.
 */

type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'wildcard' };

/** A parsed path: the steps from the root, none for `$` alone. */
export type JsonPath = readonly Step[];

/** A path that is not in the subset. */
export class InvalidJsonPathError extends Error {
  override readonly name = 'InvalidJsonPathError';
}

const STEP = /\.(?:(?<name>[A-Za-z0-9_/-]+)|\*)|\[(?:(?<index>\d+)|\*)\]/y;

/** @throws InvalidJsonPathError when `path` is not in the subset. */
export function parsePath(path: string): JsonPath {
  if (!path.startsWith('$')) throw invalid(path, 0);
  const steps: Step[] = [];
  for (let at = 1; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const { groups } = STEP.exec(path) ?? {};
    if (groups === undefined) throw invalid(path, at);
    const { name, index } = groups;
    if (name !== undefined) steps.push({ kind: 'name', name });
    else steps.push(index === undefined ? { kind: 'wildcard' } : { kind: 'index', index: Number(index) });
  }
  return steps;
}

/**
 * The value at `path` in `input`, or undefined when nothing is there; null is a value.
 *
 * A path with a wildcard points at many values and yields them as one flat array, in document order, leaving out the
 * branches that lack the rest of the path. AWS documents only the syntax; a list of matches is the usual JSON path
 * answer. If the value before the wildcard is missing, so is the whole.
 *
 * @throws InvalidJsonPathError when `path` is text that is not in the subset.
 */
export function readPath(input: unknown, path: string | JsonPath): unknown {
  return follow(input, typeof path === 'string' ? parsePath(path) : path);
}

function follow(start: unknown, path: JsonPath): unknown {
  let value = start;
  for (const [at, step] of path.entries()) {
    if (step.kind === 'wildcard') return followAll(value, path.slice(at + 1));
    value = step.kind === 'name' ? member(value, step.name) : element(value, step.index);
  }
  return value;
}

function followAll(parent: unknown, rest: JsonPath): unknown[] | undefined {
  if (typeof parent !== 'object' || parent === null) return undefined;
  const found = Object.values(parent)
    .map((child) => follow(child, rest))
    .filter((value) => value !== undefined);
  return rest.some((step) => step.kind === 'wildcard') ? found.flat() : found;
}

// Own properties only: an attribute called `constructor` or `length` is missing unless the record has it.
function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function element(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value[index] : undefined;
}

function invalid(path: string, at: number): InvalidJsonPathError {
  return new InvalidJsonPathError(
    `JSON path ${JSON.stringify(path)} is not supported at character ${at + 1}. ` +
      'Supported: $ alone or followed by .name (letters, digits, "-", "_", "/"), [0], .* or [*]',
  );
}
