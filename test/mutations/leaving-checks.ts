import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { GetBucketLifecycleConfigurationCommand, GetBucketTaggingCommand } from '@aws-sdk/client-s3';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { UserDeletedV1 } from '../../schemas/generated/event-contracts.ts';
import { isChange, isEvent, type Pipeline } from '../support/pipeline.ts';
import { sampleEvent } from '../support/sample-event.ts';
import { type Check, expectEntry, expectThat, isFailure } from './check.ts';
import { expectNoDelivery } from './flow-checks.ts';
import { expectLetters, expectUndelivered, LONGER_THAN_THE_PIPE_WAITS } from './recovery-checks.ts';
import { isLost, telemetryChecks } from './telemetry-checks.ts';

const USER = 'leaver';

/** What happens to a user who leaves and comes back. */
export const LEAVING_CHECKS: readonly Check[] = [
  {
    name: 'a user who leaves has the bucket tagged, and emptied by S3 after the days of the stage',
    async run(pipeline) {
      await pipeline.register(USER);
      await expectEntry(pipeline, `the URI of ${USER}`, (entry) => isChange(entry, 'MODIFY', USER), isFailure);
      // Otherwise bucket-restorer may be the first to see that the row is gone.
      await expectEntry(pipeline, 'the look of bucket-restorer', isLine('no bucket to retire'), isTrouble);
      await leave(pipeline, USER);
      await expectEntry(pipeline, 'the retirement', isLine('bucket retired'), isTrouble);
      const [bucket = ''] = await bucketsOf(pipeline);
      const { tagged, rules } = await retirementOf(pipeline, bucket);
      expectThat(tagged === 2, `two tags of a retirement on ${bucket}; there are ${tagged}`);
      const days = (Number(rules[0]?.Expiration?.Date) - Date.now()) / 86_400_000;
      expectThat(rules.length === 1 && days > 6.9 && days < 8.1, `a rule that empties it in 7 days; got ${days}`);
      const events = pipeline.entries((entry) => isEvent(entry, 'UserDeleted'));
      expectThat(events.length === 1, `one UserDeleted, of the row that is gone; there are ${events.length}`);
    },
  },
  {
    name: 'a user who is back has the same bucket in use, and no other',
    async run(pipeline) {
      const [bucket = ''] = await bucketsOf(pipeline);
      // In the same second, a new registration would have a bucket of the same name.
      await pipeline.idle();
      pipeline.clock.skip(2000);
      await pipeline.register(USER, { attributes: { s3_bucket_uri: { S: `s3://${bucket}` } } });
      await expectEntry(pipeline, 'the restoration', isLine('bucket restored'), isTrouble);
      const { tagged, rules } = await retirementOf(pipeline, bucket);
      expectThat(tagged + rules.length === 0, `neither tags nor rule of a retirement on ${bucket}`);
      const buckets = await bucketsOf(pipeline);
      expectThat(buckets.length === 1, `one bucket of ${USER}; there are ${buckets}`);
    },
  },
  {
    name: 'UserDeleted comes from the users table, and from nobody else',
    async run(pipeline) {
      await expectNoDelivery(pipeline, 'somebody-else', 'UserDeleted');
    },
  },
  ...telemetryChecks('subscribers to leaving users', {
    'bucket-retirer': 'BucketsRetired',
    'bucket-restorer': 'BucketsRestored',
  }),
];

/** What becomes of it when it goes wrong. They come after the checks of the other subscribers. */
export const LEAVING_RECOVERY_CHECKS: readonly Check[] = [
  {
    name: 'an event that cannot be sent to bucket-retirer is in its dead-letter queue',
    run: (pipeline) =>
      expectUndelivered(pipeline, 'BucketRetirer', 'users-table', 'UserDeleted', sampleEvent(UserDeletedV1)),
  },
  {
    name: 'an event that cannot be sent to bucket-restorer is in its dead-letter queue',
    // That which could not be sent to uri-recorder could not be sent to either.
    run: (pipeline) => expectLetters(pipeline, 'BucketRestorerDlqUrl', 1),
  },
  {
    name: "a deletion that the pipe gives up is in the pipes' dead-letter queue, beside the registration",
    async run(pipeline) {
      const isGivenUp = ({ hop }: JournalEntry) => hop === 'pipe-dlq';
      const before = pipeline.entries(isGivenUp).length;
      const refusals = () =>
        pipeline.entries((each) => each.hop === 'pipe-delivery' && each.outcome === 'refused').length;
      const refusedBefore = refusals();
      pipeline.engine.faults.fail('events:PutEvents', 'InternalException', { status: 500 });
      await leave(pipeline, USER);
      await pipeline.waitFor('the refusal of the record', () => refusals() > refusedBefore);
      pipeline.clock.skip(LONGER_THAN_THE_PIPE_WAITS);
      await pipeline.waitFor('the dead letter', () => pipeline.entries(isGivenUp).length > before);
      await expectLetters(pipeline, 'PipeDlqUrl', 2);
    },
  },
];

/** What is waited for is a log line. */
const isTrouble = (entry: JournalEntry) => isFailure(entry) || isLost(entry);

const isLine =
  (message: string) =>
  ({ hop, line }: JournalEntry) =>
    hop === 'log' && String(line).includes(`"message":"${message}`) && String(line).includes(`"userId":"${USER}"`);

async function leave({ dynamodb, table }: Pipeline, userId: string): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { userId: { S: userId } } }));
}

async function bucketsOf(pipeline: Pipeline): Promise<string[]> {
  return (await pipeline.buckets()).filter((name) => name.startsWith(`siu${USER}-`));
}

async function retirementOf({ s3 }: Pipeline, Bucket: string) {
  const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
  const tagged = TagSet.filter(({ Key = '' }) => ['retiredAt', 'emptiedFrom'].includes(Key)).length;
  const rules = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })).then(
    ({ Rules = [] }) => Rules,
    (error: Error) => (error.name === 'NoSuchLifecycleConfiguration' ? [] : Promise.reject(error)),
  );
  return { tagged, rules };
}
