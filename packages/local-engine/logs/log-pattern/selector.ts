import { LogPatternError } from './errors.ts';

/** Reads the value that a selector points to; undefined where there is none. */
export type Selector = (root: unknown) => unknown;

const STEP = /\.([\p{L}\p{N}_-]+)|\[(\d+)\]/uy;

/**
 * A selector such as `$.users[0].id`: names of letters, digits, `-` and `_`, and places in arrays.
 * Source: CloudWatch Logs user guide, property selectors.
 * @throws LogPatternError
 */
export function compileSelector(text: string): Selector {
  const steps: (string | number)[] = [];
  let end = 1;
  while (end < text.length) {
    STEP.lastIndex = end;
    const [whole, name, index] = STEP.exec(text) ?? [];
    if (whole === undefined) {
      const problem = `${text} is no selector; it has the form $.name.name[0], of letters, digits, - and _`;
      throw new LogPatternError(text, problem);
    }
    steps.push(name ?? Number(index));
    end += whole.length;
  }
  if (steps.length === 0) throw new LogPatternError(text, '$ alone selects nothing; write $.name');
  return (root) => steps.reduce<unknown>(step, root);
}

function step(value: unknown, to: string | number): unknown {
  if (typeof to === 'number') return Array.isArray(value) ? value[to] : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, to) ? (value as Readonly<Record<string, unknown>>)[to] : undefined;
}
