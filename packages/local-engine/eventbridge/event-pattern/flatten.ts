import { isObject } from '../../core/json-text.ts';
import type { Branch, Scalar } from './types.ts';

/** One element of one array of the event. Arrays are numbered as they are met. */
export interface Element {
  readonly array: number;
  readonly index: number;
  /** The element of the enclosing array, if there is one. */
  readonly parent: Element | undefined;
}

/** One value of the event, and the array element whose object (or inner array) holds it. */
export interface Leaf {
  readonly value: Scalar;
  readonly element: Element | undefined;
}

/** The values of an event by dotted path. A path with no value, such as that of `[]` or `{}`, is not in it. */
export type Leaves = ReadonlyMap<string, readonly Leaf[]>;

/** Prepares the reading of events for the paths of a pattern: what the pattern does not name is not walked. */
export function flattener(branches: readonly Branch[]): (event: Record<string, unknown>) => Leaves {
  const fields = new Set(branches.flatMap((branch) => branch.map((field) => field.path)));
  const steps = new Set([...fields].flatMap(pathsAlong));
  return (event) => {
    const leaves = new Map<string, Leaf[]>();
    let arrays = 0;

    const visitObject = (object: Record<string, unknown>, prefix: string, element: Element | undefined) => {
      for (const name of Object.keys(object)) {
        const path = prefix + name;
        if (steps.has(path)) {
          visit(object[name], path, element);
        }
      }
    };

    const visit = (value: unknown, path: string, element: Element | undefined) => {
      if (Array.isArray(value)) {
        visitArray(value, path, element);
      } else if (isObject(value)) {
        visitObject(value, `${path}.`, element);
      } else if (isScalar(value) && fields.has(path)) {
        const found = leaves.get(path);
        if (found === undefined) {
          leaves.set(path, [{ value, element }]);
        } else {
          found.push({ value, element });
        }
      }
    };

    // A scalar directly in an array belongs to no element (aws/event-ruler, Event).
    const visitArray = (items: readonly unknown[], path: string, parent: Element | undefined) => {
      const array = arrays++;
      for (const [index, item] of items.entries()) {
        visit(item, path, typeof item === 'object' && item !== null ? { array, index, parent } : parent);
      }
    };

    visitObject(event, '', undefined);
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
