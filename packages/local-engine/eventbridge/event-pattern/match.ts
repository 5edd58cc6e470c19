import { isArrayConsistent } from './array-consistency.ts';
import { show } from './errors.ts';
import type { Leaf, Leaves } from './flatten.ts';
import type { Branch, FieldPattern } from './types.ts';

const NONE: readonly Leaf[] = [];

/** Why a branch does not match: the first field at fault, or 'elements' when only different array elements satisfy it. */
type Mismatch = FieldPattern | 'elements';

export function matchesBranch(branch: Branch, leaves: Leaves): boolean {
  return mismatch(branch, leaves) === undefined;
}

/** One line for the journal, or undefined when the branch matches. */
export function explainBranch(branch: Branch, leaves: Leaves): string | undefined {
  const reason = mismatch(branch, leaves);
  if (reason === undefined) {
    return undefined;
  }
  if (reason === 'elements') {
    return 'each field matches alone, but no one choice of array elements satisfies them all';
  }
  const values = leaves.get(reason.path)?.map((leaf) => leaf.value);
  if (values === undefined) {
    return `${reason.path} has no value in the event`;
  }
  return `${reason.path} does not accept ${show(values.length === 1 ? values[0] : values)}`;
}

function mismatch(branch: Branch, leaves: Leaves): Mismatch | undefined {
  let insideElements = false;
  for (const field of branch) {
    const found = leaves.get(field.path) ?? NONE;
    const elements = found.some((leaf) => leaf.element !== undefined);
    insideElements ||= elements;
    // Inside array elements, a field that is present may still be absent from the element that matters.
    const mayBeAbsent = field.acceptsAbsence && (found.length === 0 || elements);
    if (!mayBeAbsent && !found.some((leaf) => accepts(field, leaf))) {
      return field;
    }
  }
  if (!insideElements) {
    return undefined;
  }
  const results = branch.map((field) => {
    const found = leaves.get(field.path) ?? NONE;
    return {
      leaves: found,
      matched: found.filter((leaf) => accepts(field, leaf)),
      acceptsAbsence: field.acceptsAbsence,
    };
  });
  return isArrayConsistent(results) ? undefined : 'elements';
}

function accepts(field: FieldPattern, leaf: Leaf): boolean {
  return field.literals.has(leaf.value) || field.tests.some((test) => test(leaf.value));
}
