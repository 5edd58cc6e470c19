import { isObject } from '../core/json-text.ts';
import { type Branch, type FieldPattern, type Scalar, show } from './types.ts';

/** One element of one array of the event. Arrays are numbered in the order in which they are visited. */
interface Element {
  readonly array: number;
  readonly index: number;
}

/** One value of the event, and the array elements whose objects (or inner arrays) contain it, the outermost first. */
interface Leaf {
  readonly value: Scalar;
  readonly elements: readonly Element[];
}

/** The values of an event by dotted path. A path without a value, such as that of `[]` or `{}`, is not in it. */
export type Leaves = ReadonlyMap<string, readonly Leaf[]>;

const NONE: readonly Leaf[] = [];

/** Prepares the reading of events for the paths of a pattern: fields that the pattern does not name are not read. */
export function flattener(branches: readonly Branch[]): (event: Record<string, unknown>) => Leaves {
  const fields = new Set(branches.flatMap((branch) => branch.map((field) => field.path)));
  const steps = new Set([...fields].flatMap(pathsAlong));
  return (event) => {
    const leaves = new Map<string, Leaf[]>();
    let arrays = 0;
    const visitObject = (object: Record<string, unknown>, prefix: string, elements: readonly Element[]) => {
      for (const name of Object.keys(object)) {
        const path = prefix + name;
        if (steps.has(path)) visit(object[name], path, elements);
      }
    };
    const visit = (value: unknown, path: string, elements: readonly Element[]) => {
      if (Array.isArray(value)) visitArray(value, path, elements);
      else if (isObject(value)) visitObject(value, `${path}.`, elements);
      else if (isScalar(value) && fields.has(path)) {
        const found = leaves.get(path);
        if (found === undefined) leaves.set(path, [{ value, elements }]);
        else found.push({ value, elements });
      }
    };
    // A scalar directly in an array belongs to no element (aws/event-ruler, Event).
    const visitArray = (items: readonly unknown[], path: string, elements: readonly Element[]) => {
      const array = arrays++;
      for (const [index, item] of items.entries()) {
        visit(item, path, typeof item === 'object' && item !== null ? [...elements, { array, index }] : elements);
      }
    };
    visitObject(event, '', []);
    return leaves;
  };
}

/** "a.b.c" is reached along "a" and "a.b", whether the event writes it as three levels or with dots in its names. */
function pathsAlong(path: string): string[] {
  const names = path.split('.');
  return names.map((_, index) => names.slice(0, index + 1).join('.'));
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

export function matchesBranch(branch: Branch, leaves: Leaves): boolean {
  return mismatch(branch, leaves) === undefined;
}

/** One line for the journal, or undefined when the branch matches. */
export function explainBranch(branch: Branch, leaves: Leaves): string | undefined {
  const reason = mismatch(branch, leaves);
  if (reason === undefined) return undefined;
  if (reason === 'elements') return 'each field matches alone, but no one choice of array elements satisfies them all';
  const values = leaves.get(reason.path)?.map((leaf) => leaf.value);
  if (values === undefined) return `${reason.path} has no value in the event`;
  return `${reason.path} does not accept ${show(values.length === 1 ? values[0] : values)}`;
}

/** Why a branch does not match: the first field that fails, or 'elements' when only different array elements satisfy it. */
function mismatch(branch: Branch, leaves: Leaves): FieldPattern | 'elements' | undefined {
  let isInElements = false;
  for (const field of branch) {
    const found = leaves.get(field.path) ?? NONE;
    isInElements ||= found.some((leaf) => leaf.elements.length > 0);
    // Inside array elements, a field that is present may still be missing from the element that matters.
    const mayBeAbsent = field.acceptsAbsence && found.every((leaf) => leaf.elements.length > 0);
    if (!mayBeAbsent && !found.some((leaf) => accepts(field, leaf))) return field;
  }
  // Most events have none here: each field alone decides, in half the time.
  if (!isInElements) return undefined;
  const results = branch.map((field) => {
    const found = leaves.get(field.path) ?? NONE;
    const matched = found.filter((leaf) => accepts(field, leaf));
    return { leaves: found, matched, acceptsAbsence: field.acceptsAbsence };
  });
  return isArrayConsistent(results) ? undefined : 'elements';
}

function accepts(field: FieldPattern, leaf: Leaf): boolean {
  return field.literals.has(leaf.value) || field.tests.some((test) => test(leaf.value));
}

/** What one field of the pattern found in the event. */
interface FieldResult {
  /** All values at the field's path. */
  readonly leaves: readonly Leaf[];
  /** The values that match. */
  readonly matched: readonly Leaf[];
  readonly acceptsAbsence: boolean;
}

/** The element chosen in each array so far, by array number. */
type Choice = ReadonlyMap<number, number>;

/**
 * Can one value be chosen for every field so that no two come from different elements of the same array? A field may be
 * missing when none of its values is in the elements chosen by the fields before it, in the order of their paths
 * (aws/event-ruler, ACFinder and ArrayMembership).
 */
function isArrayConsistent(results: readonly FieldResult[]): boolean {
  const lastUse = lastUses(results);
  let choices: Choice[] = [new Map()];
  for (const [position, { leaves, matched, acceptsAbsence }] of results.entries()) {
    const matchedTree = treeOf(matched);
    const presentTree = acceptsAbsence ? treeOf(leaves) : undefined;
    // An array is dropped after the last field that enters it, so that independent arrays do not multiply.
    const next = new Map<string, Choice>();
    const keep = (choice: Choice) => {
      const kept = [...choice].filter(([array]) => lastUse.get(array) !== position);
      next.set(kept.join(), new Map(kept));
    };
    for (const choice of choices) {
      if (presentTree !== undefined && !visitConsistent(presentTree, choice, () => true)) keep(choice);
      visitConsistent(matchedTree, choice, (extended) => {
        keep(extended);
        return false;
      });
    }
    choices = [...next.values()];
    if (choices.length === 0) return false;
  }
  return true;
}

/** For each array, the position of the last field with a value in it. */
function lastUses(results: readonly FieldResult[]): Map<number, number> {
  const lastUse = new Map<number, number>();
  for (const [position, { leaves }] of results.entries()) {
    for (const leaf of leaves) for (const { array } of leaf.elements) lastUse.set(array, position);
  }
  return lastUse;
}

/** Values arranged by the elements that contain them, so that only those of the chosen elements are visited. */
interface Tree {
  holdsValue: boolean;
  readonly arrays: Map<number, Map<number, Tree>>;
}

function treeOf(leaves: readonly Leaf[]): Tree {
  const root = emptyTree();
  for (const leaf of leaves) {
    let node = root;
    for (const { array, index } of leaf.elements) {
      const elements = node.arrays.get(array) ?? new Map<number, Tree>();
      node.arrays.set(array, elements);
      node = elements.get(index) ?? emptyTree();
      elements.set(index, node);
    }
    node.holdsValue = true;
  }
  return root;
}

/** Visits the choice extended by each value consistent with it, until `stop` returns true. Returns whether it did. */
function visitConsistent(tree: Tree, choice: Choice, stop: (extended: Choice) => boolean): boolean {
  if (tree.holdsValue && stop(choice)) return true;
  for (const [array, elements] of tree.arrays) {
    const settled = choice.get(array);
    const open = settled === undefined ? elements : [[settled, elements.get(settled)] as const];
    for (const [index, below] of open) {
      if (below !== undefined && visitConsistent(below, new Map(choice).set(array, index), stop)) return true;
    }
  }
  return false;
}

function emptyTree(): Tree {
  return { holdsValue: false, arrays: new Map() };
}
