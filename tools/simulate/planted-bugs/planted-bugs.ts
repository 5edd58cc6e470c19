import type { SourceChange } from '../world/handler-modules.ts';

/** A bug that someone could write one day. */
export interface PlantedBug {
  /** What is wrong, in a few words. */
  readonly name: string;
  readonly changes: readonly SourceChange[];
}

const PROVISION = 'services/bucket-service/provision-bucket.ts';
const CREATED = 'services/bucket-service/bucket-created.ts';
const OUTCOME = 'services/bucket-service/create-outcome.ts';
const TAGS = 'services/bucket-service/bucket-tags.ts';
const BUCKETS = 'services/bucket-service/s3-buckets.ts';
const RECORD = 'services/uri-recorder/record-uri.ts';
const TABLE = 'services/uri-recorder/users-table.ts';
const PUBLISH = 'services/shared/publish.ts';
const SUBSCRIBER = 'services/shared/subscriber.ts';

function planted(name: string, file: string, replace: string, by: string): PlantedBug {
  return { name, changes: [{ file, replace, by }] };
}

/** The simulation finds each of them within a few seeds, or has a hole: see the slow test. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  planted(
    'the name comes from the clock',
    'services/bucket-service/bucket-plan.ts',
    'const name = bucketName(registered.data, settings);',
    'const name = bucketName({ ...registered.data, registeredAt: Math.floor(Date.now() / 1000) }, settings);',
  ),
  planted(
    'nothing is published when the bucket exists',
    PROVISION,
    'await effects.publish(',
    "if (answer.kind === 'created') await effects.publish(",
  ),
  planted('publishing is not waited for', PROVISION, 'await effects.publish(', 'void effects.publish('),
  planted(
    'an error of publishing is swallowed',
    'services/bucket-service/provisioner.ts',
    'publish(BucketCreatedV1, detail),',
    'publish(BucketCreatedV1, detail).catch(() => {}),',
  ),
  planted(
    'refused entries of PutEvents are not looked at',
    PUBLISH,
    'if (answer.FailedEntryCount === 0 || result?.EventId) accepted();',
    'if (answer.FailedEntryCount !== undefined || result?.EventId) accepted();',
  ),
  planted(
    'a failed event is acknowledged',
    SUBSCRIBER,
    'throw error instanceof Error ? error : new Error(String(error)); // the batch processor reads its message',
    '',
  ),
  planted('a failed S3 call counts as created', BUCKETS, 'return createOutcome(error);', 'return createOutcome();'),
  planted(
    'a bucket that is there counts as failed',
    OUTCOME,
    "return { kind: 'already-ours' };",
    "return { ...noBucket, kind: 'refused', hint: '' };",
  ),
  planted(
    'an aborted operation counts as ours',
    OUTCOME,
    "case 'BucketAlreadyOwnedByYou':",
    "case 'OperationAborted':\n    case 'BucketAlreadyOwnedByYou':",
  ),
  planted(
    'a failed update counts as a row that is gone',
    TABLE,
    "return { kind: failure.transient ? 'retry' : 'refused', problem: describeServiceFailure(failure), cause: error };",
    "return { kind: 'row-gone' };",
  ),
  planted(
    'a throttled update counts as recorded',
    TABLE,
    "if (failure.code === 'ConditionalCheckFailedException') {",
    "if (failure.transient) return { kind: 'recorded' };\n  if (failure.code === 'ConditionalCheckFailedException') {",
  ),
  planted(
    'the URI is written under another condition, which a repetition fails',
    RECORD,
    "ConditionExpression: 'attribute_exists(#userId) AND attribute_not_exists(#uri) OR #uri = :uri',",
    "ConditionExpression: 'attribute_exists(#userId) AND attribute_not_exists(#uri) AND :uri = :uri',",
  ),
  planted('a new id for each copy of an event', CREATED, 'eventId: `', 'eventId: crypto.randomUUID() + `'),
  planted(
    'the correlation begins again',
    CREATED,
    'correlationId: metadata.correlationId,',
    'correlationId: crypto.randomUUID(),',
  ),
  planted(
    'the cause is the correlation of another',
    CREATED,
    'causationId: metadata.eventId,',
    "causationId: 'unknown',",
  ),
  planted('the tag with the owner is left out', TAGS, '{ Key: OWNER, Value: userIdTag(data.userId) },', ''),
  planted(
    'the owner is hashed without its last character',
    TAGS,
    ".update(userId, 'utf8')",
    ".update(userId.slice(0, -1), 'utf8')",
  ),
  planted(
    'the URI names the bucket of the first event',
    CREATED,
    'const { bucketName, region, createdAt } = bucket;',
    'const { region, createdAt } = bucket;\n  const bucketName = ((globalThis as { last?: string }).last ??= bucket.bucketName);',
  ),
];
