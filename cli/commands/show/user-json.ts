import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { URI_ATTRIBUTE, URL_ATTRIBUTE } from '../../../operations/deployed/users-table.ts';
import type { BucketTags, BucketView, Reading, UserState, UserView } from '../../../operations/users/index.ts';

/** What stands for a part that nobody may look at. */
interface Hidden {
  readonly hidden: string;
  readonly needs: string;
}

/**
 * A user for machines, as the help of --json says. A part that is not there is null; one that the local engine does not have is
 * left out.
 * @param showsAll whether attributes are given that are not this pipeline's, and may be personal
 */
export function userJson(view: UserView, state: UserState, showsAll: boolean): object {
  const { userId, table, row, bucket } = view;
  return {
    userId,
    state,
    row: { table, ...partJson('attributes', row, (attributes) => attributesJson(attributes, view, showsAll)) },
    ...partJson('bucket', bucket, bucketJson),
  };
}

function attributesJson(
  row: Readonly<Record<string, AttributeValue>>,
  { userIdAttribute }: UserView,
  showsAll: boolean,
) {
  const ours = [userIdAttribute, URI_ATTRIBUTE, URL_ATTRIBUTE];
  const isShown = (name: string) => showsAll || ours.includes(name);
  return Object.fromEntries(
    // Without its value an attribute is only named.
    Object.entries(row).map(([name, value]) => [name, isShown(name) ? typedJson(value) : null]),
  );
}

/** As DynamoDB's own JSON has it, with binary values in Base64. */
function typedJson(value: AttributeValue): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, inner) =>
      inner instanceof Uint8Array ? Buffer.from(inner).toString('base64') : inner,
    ),
  );
}

function bucketJson({
  name,
  region,
  tags,
  publicAccessBlock,
  cors,
  policy,
  versioning,
  encryption,
}: BucketView): object {
  return {
    name,
    ...partJson('region', region, same),
    ...partJson('tags', tags, (all: BucketTags) => Object.fromEntries(all.map(({ key, value }) => [key, value]))),
    ...partJson('publicAccessBlock', publicAccessBlock, same),
    ...partJson('cors', cors, same),
    ...partJson('policy', policy, same),
    ...partJson('versioning', versioning, same),
    ...partJson('encryption', encryption, same),
  };
}

function same<T>(value: T): T {
  return value;
}

function partJson<T>(name: string, part: Reading<T>, jsonOf: (value: T) => unknown): Readonly<Record<string, unknown>> {
  switch (part.kind) {
    case 'set':
      return { [name]: jsonOf(part.value) };
    case 'none':
      return { [name]: null };
    case 'hidden':
      return { [name]: { hidden: part.code, needs: part.needs } satisfies Hidden };
    case 'unknown':
      return {};
  }
}
