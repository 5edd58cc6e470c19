/** Characters that a field of an entry may have as JSON, about; what is larger is cut. */
export const LARGEST_FIELD = 64 * 1024;

/** Characters that stay of each text in a structure that is cut: its short texts, such as ids, stay whole. */
const TEXT_IN_CUT_FIELD = 1024;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a journal entry in bounded size, so that the memory of so many entries is bounded. What is cut says so, with
 * how much there was; fields that are small enough stay the same objects.
 */
export function bounded(fields: Fields): Fields {
  if (Object.values(fields).every((value) => sizeOf(value, LARGEST_FIELD) <= LARGEST_FIELD)) return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, boundedField(value)]));
}

function boundedField(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value, LARGEST_FIELD);
  return sizeOf(value, LARGEST_FIELD) <= LARGEST_FIELD ? value : cutMembers(value, { left: LARGEST_FIELD });
}

/** About how many characters a value has as JSON; counts no further than just past `limit`. */
function sizeOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  let size = 2;
  for (const name in value) {
    size += name.length + 1;
    if (size > limit) return size;
    size += sizeOf((value as Fields)[name], limit - size);
    if (size > limit) return size;
  }
  return size;
}

/** The members that fit, in their order, each long text among them cut. */
function cutMembers(value: unknown, room: { left: number }): unknown {
  if (typeof value !== 'object' || value === null) {
    const cut = typeof value === 'string' ? cutText(value, TEXT_IN_CUT_FIELD) : value;
    room.left -= sizeOf(cut, Number.POSITIVE_INFINITY);
    return cut;
  }
  const members: [string, unknown][] = [];
  const all = Object.entries(value);
  for (const [name, member] of all) {
    room.left -= name.length + 1;
    if (room.left <= 0) break;
    members.push([name, cutMembers(member, room)]);
  }
  const mark = members.length < all.length ? [`… cut: ${all.length} members`] : [];
  if (Array.isArray(value)) return [...members.map(([, member]) => member), ...mark];
  return Object.fromEntries([...members, ...mark.map((text) => [text, true] as const)]);
}

function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… cut: ${text.length} characters`;
}
