/**
 * The condition keys that requests are judged with here, in lower case. A policy that asks for another one is refused: that
 * it is missing from a request would be the engine's fault, and not the caller's. `/` at the end takes any name behind it.
 * Source: IAM user guide, global condition context keys; Service authorization reference of each service.
 */
const KEYS: readonly string[] = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:requestedregion',
  'aws:requesttag/',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:tagkeys',
  'dynamodb:attributes',
  'dynamodb:leadingkeys',
  'dynamodb:returnvalues',
  'dynamodb:select',
  'events:detail-type',
  'events:source',
  's3:delimiter',
  's3:locationconstraint',
  's3:max-keys',
  's3:prefix',
  's3:resourceaccount',
  's3:x-amz-bucket-namespace',
];

/** Keys of which a request may hold several values; they are asked with ForAllValues or ForAnyValue. */
const MULTIVALUED: ReadonlySet<string> = new Set(['aws:tagkeys', 'dynamodb:attributes', 'dynamodb:leadingkeys']);

/** The values of a request's condition keys, by their names in lower case. */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>;

export function isKnownKey(key: string): boolean {
  const name = key.toLowerCase();
  return KEYS.some((known) => (known.endsWith('/') ? name.startsWith(known) : known === name));
}

export function isMultivaluedKey(key: string): boolean {
  return MULTIVALUED.has(key.toLowerCase());
}
