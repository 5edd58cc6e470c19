import { type BucketNameSettings, bucketName } from '../../services/bucket-service/bucket-name.ts';
import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';
import { bucketOfUri, isTagged, readOurTags, registrationIn } from '../deployed/user-bucket.ts';
import { bytesTooMany, MOST_ROW_BYTES, rowBytes, URI_ATTRIBUTE } from '../deployed/users-table.ts';
import { numberText } from '../messages/display.ts';
import type { BucketView, Reading, UserView } from './read-user.ts';

/** Whether something is so; undefined where the caller may not read it. */
export type Known = boolean | undefined;

/** How far a user's registration is, and its problems. */
export interface UserState {
  /** Whole seconds since the Unix epoch, UTC. */
  readonly registeredAt?: number;
  readonly correlationId?: string;
  readonly isBucketThere: Known;
  readonly isUriRecorded: Known;
  /** Whether the bucket is this user's: by its tag, or by its name where it has no tag. */
  readonly isTheirs: Known;
  readonly isTagged: Known;
  /** One line each, with what to do. */
  readonly problems: readonly string[];
}

/** A user id that needs no quotes in a shell. */
const PLAIN_ID = /^[\w@.+-]{1,60}$/;

/**
 * Judges what was read of a user.
 * @param commandOf completes a command of this CLI with the options that choose the pipeline
 */
export function stateOf(
  { userId, row, bucket }: UserView,
  naming: BucketNameSettings,
  commandOf: (words: string) => string,
): UserState {
  const view = bucket.kind === 'set' ? bucket.value : undefined;
  const allTags = view?.tags.kind === 'set' ? view.tags.value : [];
  const tags = readOurTags(allTags.map(({ key, value }) => ({ Key: key, Value: value })));
  const fromName = view === undefined ? undefined : registrationIn(view.name, userId, naming);
  const timeTag = allTags.find(({ key, value }) => key === 'registeredAt' && /^\d+$/.test(value));
  const registeredAt = timeTag === undefined ? fromName : Number(timeTag.value);
  const isBucketThere = isThere(bucket);
  // Only asked where the row names no bucket; the time of the registration does not change the length of its name.
  const bucketOfUser = bucketName({ userId, registeredAt: 0 }, naming);
  const tooMany = row.kind === 'set' ? bytesTooMany(rowBytes(row.value), bucketOfUser, naming.region) : 0;
  const state = {
    ...(registeredAt !== undefined && { registeredAt }),
    ...(tags.correlationId !== undefined && { correlationId: tags.correlationId }),
    isBucketThere,
    isUriRecorded: row.kind === 'hidden' ? undefined : row.kind === 'set' && row.value[URI_ATTRIBUTE] !== undefined,
    isTheirs:
      isBucketThere &&
      (tags.owner === undefined ? fromName !== undefined || undefined : tags.owner === userIdTag(userId)),
    isTagged: isBucketThere && (view?.tags.kind === 'hidden' ? undefined : isTagged(tags)),
  };
  return { ...state, problems: problemsOf(state, { userId, row, tooMany }, commandOf) };
}

function isThere(bucket: Reading<BucketView>): Known {
  if (bucket.kind === 'set')
    return bucket.value.region.kind === 'hidden' ? undefined : bucket.value.region.kind === 'set';
  return bucket.kind === 'none' ? false : undefined;
}

function problemsOf(
  state: Omit<UserState, 'problems'>,
  { userId, row, tooMany }: Pick<UserView, 'userId' | 'row'> & { readonly tooMany: number },
  commandOf: (words: string) => string,
): string[] {
  const fix = commandOf('reconcile --fix');
  const report = `for details run ${commandOf('reconcile')}`;
  const trace = commandOf(`trace ${PLAIN_ID.test(userId) ? userId : 'USER_ID'}`);
  const { isBucketThere, isUriRecorded, isTheirs, isTagged } = state;
  const uri = row.kind === 'set' ? row.value[URI_ATTRIBUTE] : undefined;
  if (uri !== undefined && bucketOfUri(uri.S ?? '') === undefined) {
    return [`${URI_ATTRIBUTE} is not the URI of a bucket: ${report}`];
  }
  const notRecorded = `the URI of the bucket is not recorded: unless it is pending, fix it with ${fix}`;
  const noRoom = `the URI of the bucket cannot be recorded: DynamoDB allows ${numberText(MOST_ROW_BYTES)} bytes in a row, and the row would have ${numberText(tooMany)} more; remove them, then fix it with ${fix}`;
  if (isBucketThere === false) {
    if (isUriRecorded) return [`the bucket that the row names does not exist: fix it with ${fix}`];
    if (tooMany > 0) return [noRoom];
    return [
      `there is no bucket and no URI: ${trace} shows where the registration is; unless it is pending, fix it with ${fix}`,
    ];
  }
  return [
    ...(isTheirs === false ? [`the bucket is tagged as another user's: ${report}`] : []),
    ...(isUriRecorded === false ? [tooMany === 0 ? notRecorded : noRoom] : []),
    ...(isTagged === false && isTheirs !== false ? [`the bucket lacks some of our tags: fix it with ${fix}`] : []),
  ];
}
