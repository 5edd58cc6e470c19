/** What a sign-up service knows, and what there is in the end. */
export interface EndState {
  /** Users whose row was acknowledged. */
  readonly registered: ReadonlySet<string>;
  /** The URI that was seen first in the row of a user. */
  readonly firstUris: ReadonlyMap<string, string>;
  /** The URI in each row. */
  readonly rows: ReadonlyMap<string, string | undefined>;
  /** URIs of all buckets. */
  readonly buckets: ReadonlySet<string>;
}

/**
 * What is lost, stray or overwritten, in words; empty if each acknowledged user has one bucket and its URI, the one that they had
 * first, and there is nothing else.
 */
export function lossesIn({ registered, firstUris, rows, buckets }: EndState): string[] {
  const owners = Map.groupBy(rows.keys(), (userId) => rows.get(userId));
  const withUri = [...rows].flatMap(([userId, uri]) => (uri === undefined ? [] : [{ userId, uri }]));
  return [
    ...named(
      'acknowledged users have no row',
      [...registered].filter((userId) => !rows.has(userId)),
    ),
    ...named(
      'rows are of users who never registered',
      [...rows.keys()].filter((userId) => !registered.has(userId)),
    ),
    ...named('users have no URI', owners.get(undefined) ?? []),
    ...named(
      'users have a URI without a bucket',
      withUri.flatMap(({ userId, uri }) => (buckets.has(uri) ? [] : [`${userId} ${uri}`])),
    ),
    ...named(
      'buckets are of no user',
      [...buckets].filter((uri) => !owners.has(uri)),
    ),
    ...named(
      'buckets are of several users',
      [...owners].flatMap(([uri, users]) => (uri !== undefined && users.length > 1 ? [`${uri} ${users}`] : [])),
    ),
    ...named(
      'users have another URI than at first',
      withUri.flatMap(({ userId, uri }) => {
        const first = firstUris.get(userId);
        return first === undefined || first === uri ? [] : [`${userId} ${first} ${uri}`];
      }),
    ),
  ];
}

const MOST_NAMED = 5;

function named(what: string, all: readonly string[]): string[] {
  return all.length === 0 ? [] : [`${all.length} ${what}: ${all.slice(0, MOST_NAMED).join(', ')}`];
}
