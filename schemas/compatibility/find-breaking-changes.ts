import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../event-contract.ts';
import type { JsonSchema } from '../generator/read-event-schemas.ts';

/** A change to a released schema that some reader of the event would not survive. */
export interface BreakingChange {
  /** JSON Pointer to the field within the event's `detail`; empty for the detail itself, `*` for any array item. */
  readonly field: string;
  /** The keyword that changed. */
  readonly keyword: string;
  /** What changed and whom it breaks. */
  readonly message: string;
}

/** Keywords for people that validate nothing. */
const ANNOTATIONS = new Set(['$comment', 'title', 'description', 'examples', 'deprecated', 'x-published']);

/** Constraints whose larger value allows less (`true`) or more (`false`). */
const LIMITS: Readonly<Record<string, boolean>> = {
  minLength: true,
  minimum: true,
  exclusiveMinimum: true,
  minItems: true,
  minProperties: true,
  maxLength: false,
  maximum: false,
  exclusiveMaximum: false,
  maxItems: false,
  maxProperties: false,
};

const OLD_EVENTS = 'archived events may no longer be valid';
const OLD_READERS = 'readers built on the released version may refuse or misread new events';

/**
 * Compares a schema with its last released copy. Two things must stay true, since events are archived and replayed
 * and their readers are deployed at other times than their producers:
 *
 * 1. every event published so far is valid under the current schema;
 * 2. every event published from now on is valid, and means the same, to a reader that holds the released copy.
 *
 * So a limit may move in neither direction. What may change: descriptions, and new optional fields.
 * A keyword that is not known here counts as breaking when it changes.
 *
 * @param current `undefined` when the schema was removed
 */
export function findBreakingChanges(released: JsonSchema, current: JsonSchema | undefined): BreakingChange[] {
  if (current === undefined) {
    return [{ field: '', keyword: '', message: `the schema was removed: ${OLD_EVENTS}` }];
  }
  return compareSchemas(released, current, '');
}

function compareSchemas(released: unknown, current: unknown, field: string): BreakingChange[] {
  if (!isJsonObject(released) || !isJsonObject(current)) {
    return isDeepStrictEqual(released, current) ? [] : [{ field, keyword: '', message: 'the schema was replaced' }];
  }
  const keywords = new Set([...Object.keys(released), ...Object.keys(current)]);
  return [...keywords]
    .filter((keyword) => !ANNOTATIONS.has(keyword))
    .flatMap((keyword) => {
      switch (keyword) {
        case 'properties':
        case '$defs':
          return compareMembers(released, current, field, keyword);
        case 'required':
          return compareRequired(names(released.required), names(current.required), field);
        case 'items':
          return compareSchemas(released.items ?? true, current.items ?? true, `${field}/*`);
        default:
          return compareKeyword(keyword, released[keyword], current[keyword], field);
      }
    });
}

function compareMembers(released: JsonSchema, current: JsonSchema, field: string, keyword: string): BreakingChange[] {
  const before = membersOf(released, keyword);
  const after = membersOf(current, keyword);
  const pathOf = (name: string) =>
    `${field}${keyword === '$defs' ? '/$defs' : ''}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const kept = Object.keys(before).flatMap((name) =>
    Object.hasOwn(after, name)
      ? compareSchemas(before[name], after[name], pathOf(name))
      : [{ field: pathOf(name), keyword, message: `was removed: ${OLD_READERS}` }],
  );
  const open = isOpen(released.additionalProperties) && isOpen(released.unevaluatedProperties);
  const closed = keyword === 'properties' && !open;
  const added = Object.keys(after).filter((name) => closed && !Object.hasOwn(before, name));
  return [
    ...kept,
    ...added.map((name) => ({ field: pathOf(name), keyword, message: `was added to a closed object: ${OLD_READERS}` })),
  ];
}

function compareRequired(before: string[], after: string[], field: string): BreakingChange[] {
  const change = (name: string, message: string) => ({ field: `${field}/${name}`, keyword: 'required', message });
  return [
    ...after.filter((name) => !before.includes(name)).map((name) => change(name, `became required: ${OLD_EVENTS}`)),
    ...before
      .filter((name) => !after.includes(name))
      .map((name) => change(name, `is no longer required: ${OLD_READERS}`)),
  ];
}

function compareKeyword(keyword: string, before: unknown, after: unknown, field: string): BreakingChange[] {
  if (isDeepStrictEqual(normal(keyword, before), normal(keyword, after))) return [];
  const what = `"${keyword}" changed from ${show(before)} to ${show(after)}`;
  return [{ field, keyword, message: `${what}: ${whomItBreaks(keyword, before, after)}` }];
}

function whomItBreaks(keyword: string, before: unknown, after: unknown): string {
  const largerIsTighter = LIMITS[keyword];
  if (largerIsTighter !== undefined) {
    // An absent limit is the loosest one.
    const tightened =
      before === undefined || (after !== undefined && Number(after) > Number(before) === largerIsTighter);
    return tightened ? OLD_EVENTS : OLD_READERS;
  }
  if (keyword === 'additionalProperties') return isOpen(after) ? OLD_READERS : `closes the object: ${OLD_EVENTS}`;
  if (keyword === 'x-source' || keyword === 'x-detail-type') return 'rules match on it, and would no longer fire';
  if (['type', 'const', 'enum', 'pattern'].includes(keyword)) return `${OLD_EVENTS}, and ${OLD_READERS}`;
  return 'a change of this keyword is not known to be safe';
}

/** Takes away the differences that make none: the order of alternatives, and a default that was spelt out. */
function normal(keyword: string, value: unknown): unknown {
  if (keyword === 'enum' && Array.isArray(value)) return value.map((item) => JSON.stringify(item)).sort();
  if (keyword === 'type' && value !== undefined) return [value].flat().map(String).sort();
  if (keyword === 'additionalProperties') return isOpen(value) ? true : value;
  return value;
}

function isOpen(additionalProperties: unknown): boolean {
  return additionalProperties === undefined || additionalProperties === true;
}

function membersOf(schema: JsonSchema, keyword: string): JsonSchema {
  const members = schema[keyword];
  return isJsonObject(members) ? members : {};
}

function names(required: unknown): string[] {
  return Array.isArray(required) ? required.map(String) : [];
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
