import type { Element, Leaf } from './flatten.ts';

/** What one field of the pattern found in the event. */
export interface FieldResult {
  /** All values at the field's path. */
  readonly leaves: readonly Leaf[];
  /** Those of them that match. */
  readonly matched: readonly Leaf[];
  readonly acceptsAbsence: boolean;
}

/** The element settled on in each array met so far, by array number. */
type Choice = ReadonlyMap<number, number>;

/**
 * Can one value be taken for every field so that no two come from different elements of the same array? A field may be
 * absent when no value of it lies in the elements settled on by the fields before it, in the order of their paths
 * (aws/event-ruler, ACFinder and ArrayMembership).
 */
export function isArrayConsistent(results: readonly FieldResult[]): boolean {
  const lastUse = lastUses(results);
  let choices: Choice[] = [new Map()];
  for (const [position, { leaves, matched, acceptsAbsence }] of results.entries()) {
    const matchedTree = treeOf(matched);
    const presentTree = acceptsAbsence ? treeOf(leaves) : undefined;
    // Arrays that no later field enters are forgotten, so that independent arrays do not multiply.
    const next = new Map<string, Choice>();
    const keep = (choice: Choice) => {
      const kept = [...choice].filter(([array]) => (lastUse.get(array) ?? -1) > position);
      next.set(kept.join(), new Map(kept));
    };
    for (const choice of choices) {
      if (presentTree !== undefined && !visitConsistent(presentTree, choice, () => true)) {
        keep(choice);
      }
      visitConsistent(matchedTree, choice, (extended) => {
        keep(extended);
        return false;
      });
    }
    choices = [...next.values()];
    if (choices.length === 0) {
      return false;
    }
  }
  return true;
}

/** For each array, the position of the last field with a value in it. */
function lastUses(results: readonly FieldResult[]): Map<number, number> {
  const lastUse = new Map<number, number>();
  for (const [position, { leaves }] of results.entries()) {
    for (const leaf of leaves) {
      for (const { array } of outermostFirst(leaf.element)) {
        lastUse.set(array, position);
      }
    }
  }
  return lastUse;
}

/** Values arranged by the elements that hold them, so that only those of the elements settled on are visited. */
interface Tree {
  holdsValue: boolean;
  readonly arrays: Map<number, Map<number, Tree>>;
}

function treeOf(leaves: readonly Leaf[]): Tree {
  const root = emptyTree();
  for (const leaf of leaves) {
    let node = root;
    for (const { array, index } of outermostFirst(leaf.element)) {
      node = getOrAdd(
        getOrAdd(node.arrays, array, () => new Map<number, Tree>()),
        index,
        emptyTree,
      );
    }
    node.holdsValue = true;
  }
  return root;
}

/** Visits the choice extended by each value consistent with it, until `stop` says so; tells whether it did. */
function visitConsistent(tree: Tree, choice: Choice, stop: (extended: Choice) => boolean): boolean {
  if (tree.holdsValue && stop(choice)) {
    return true;
  }
  for (const [array, elements] of tree.arrays) {
    const settled = choice.get(array);
    const open = settled === undefined ? elements : [[settled, elements.get(settled)] as const];
    for (const [index, below] of open) {
      if (below !== undefined && visitConsistent(below, new Map(choice).set(array, index), stop)) {
        return true;
      }
    }
  }
  return false;
}

function outermostFirst(element: Element | undefined): Element[] {
  const elements: Element[] = [];
  for (let at = element; at !== undefined; at = at.parent) {
    elements.push(at);
  }
  return elements.reverse();
}

function emptyTree(): Tree {
  return { holdsValue: false, arrays: new Map() };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
