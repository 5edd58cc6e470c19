import type { Payloads } from '../../../operations/trace/index.ts';
import type { PayloadChange, PayloadView } from '../../contract/user.ts';
import type { Given } from './growing-track.ts';

/** A payload is shown up to that many characters of JSON. */
const MOST_CHARACTERS = 20_000;

/** The most changes that are listed. */
const MOST_CHANGES = 50;

/** A payload for the page, with what differs from the one before it; undefined where its content is not known. */
export function payloadView(payloads: Payloads, { title, id, before }: Given): PayloadView | undefined {
  const payload = payloads.get(id);
  if (payload === undefined) return undefined;
  const earlier = payloads.get(before ?? '');
  return {
    title,
    text: cut(JSON.stringify(payload, null, 2)),
    ...(earlier !== undefined && { changes: changesBetween(earlier, payload) }),
  };
}

/** The fields in which two values differ, in the order of the second, then those that it lacks. */
export function changesBetween(before: unknown, after: unknown): PayloadChange[] {
  const [old, now] = [new Map(leavesOf(before)), new Map(leavesOf(after))];
  const changes: PayloadChange[] = [];
  for (const [path, value] of now) {
    const earlier = old.get(path);
    if (earlier !== value) changes.push({ path, ...(earlier !== undefined && { before: earlier }), after: value });
  }
  for (const [path, value] of old) if (!now.has(path)) changes.push({ path, before: value });
  return changes.slice(0, MOST_CHANGES);
}

/** Each value that is no object, as JSON, by its path. */
function leavesOf(value: unknown, path = ''): [path: string, text: string][] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) return [[path, cut(JSON.stringify(value) ?? 'undefined')]];
  return entries.flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}… (${text.length} characters)`;
}
