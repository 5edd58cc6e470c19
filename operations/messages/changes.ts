/** A field that is new, is gone, or has another value. */
export interface FieldChange {
  /** Such as `detail.data.userId`. */
  readonly path: string;
  /** JSON. */
  readonly before?: string;
  readonly after?: string;
}

/** A value is shown up to that many characters of JSON. */
const MOST_CHARACTERS = 20_000;

/** The most changes that are listed. */
const MOST_CHANGES = 50;

/** The fields in which two values differ, in the order of the second, then those that it lacks. */
export function changesBetween(before: unknown, after: unknown): FieldChange[] {
  const [old, now] = [new Map(leavesOf(before)), new Map(leavesOf(after))];
  const changes: FieldChange[] = [];
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
  if (entries.length === 0) return [[path, cutText(JSON.stringify(value) ?? 'undefined')]];
  return entries.flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}

/** The beginning of a long text, with its length. */
export function cutText(text: string, most = MOST_CHARACTERS): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}
