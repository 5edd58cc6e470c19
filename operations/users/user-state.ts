import { type BucketNameSettings, bucketName } from '../../services/bucket-service/bucket-name.ts';
import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';
import { bucketOfUri, isTagged, readOurTags, registrationIn } from '../deployed/user-bucket.ts';
import { bytesTooMany, MOST_ROW_BYTES, rowBytes, URI_ATTRIBUTE } from '../deployed/users-table.ts';
import { numberText } from '../messages/display.ts';
import type { BucketView, Reading, UserView } from './read-user.ts';

/** Whether something is so; undefined where nobody may look. */
export type Known = boolean | undefined;

/** How far a user's registration has come, and what of it is not well. */
export interface UserState {
  /** Whole seconds since the Unix epoch, UTC. */
  readonly registeredAt?: number;
  readonly correlationId?: string;
  readonly isBucketThere: Known;
  readonly isUriRecorded: Known;
  /** Whether the bucket is this user's: by its tag, or where it has none by its name. */
  readonly isTheirs: Known;
  readonly isTagged: Known;
  /** One line each, with what to do about it. */
  readonly problems: readonly string[];
}

/** A user id that a shell takes as it is. */
const PLAIN_ID = /^[\w@.+-]{1,60}$/;

/**
 * Says where a user stands, by what was read.
 * @param commandOf a command of this CLI for the same pipeline, as one types it
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
  const timeTag = allTags.find(({ key }) => key === 'registeredAt')?.value ?? '';
  const fromTag = /^\d+$/.test(timeTag) ? Number(timeTag) : undefined;
  const registeredAt = fromTag ?? fromName;
  const isBucketThere = isThere(bucket);
  // Whenever the user registered, the name of the bucket is as long.
  const bucketOfUser = view?.name ?? bucketName({ userId, registeredAt: 0 }, naming);
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
  const mend = `mend it with ${commandOf('reconcile --fix')}`;
  const report = `${commandOf('reconcile')} says more`;
  const trace = commandOf(`trace ${PLAIN_ID.test(userId) ? userId : 'USER_ID'}`);
  const { isBucketThere, isUriRecorded, isTheirs, isTagged } = state;
  const uri = row.kind === 'set' ? row.value[URI_ATTRIBUTE] : undefined;
  if (uri !== undefined && bucketOfUri(uri.S ?? '') === undefined) {
    return [`${URI_ATTRIBUTE} holds no bucket URI: ${report}`];
  }
  const notRecorded = `the URI of the bucket is not recorded: if that is not under way, ${mend}`;
  const noRoom = `the URI of the bucket cannot be recorded: DynamoDB allows ${numberText(MOST_ROW_BYTES)} bytes in a row, and with it this one has ${numberText(tooMany)} too many; take them out, then ${mend}`;
  if (isBucketThere === false) {
    if (isUriRecorded) return [`the bucket that the row names is not there: ${mend}`];
    if (tooMany > 0) return [noRoom];
    return [
      `there is neither bucket nor URI: ${trace} shows where the registration is; if it is not under way, ${mend}`,
    ];
  }
  return [
    ...(isTheirs === false ? [`the bucket is tagged as another user's: ${report}`] : []),
    ...(isUriRecorded === false ? [tooMany === 0 ? notRecorded : noRoom] : []),
    ...(isTagged === false && isTheirs !== false ? [`the bucket lacks some of our tags: ${mend}`] : []),
  ];
}
