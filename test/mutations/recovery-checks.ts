import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetBucketTaggingCommand, PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import { BucketCreatedV1, UserRegisteredV1 } from '../../schemas/generated/event-contracts.ts';
import { isEvent, type Pipeline } from '../support/pipeline.ts';
import { sampleEvent } from '../support/sample-event.ts';
import { type Check, expectEntry, expectThat, isFailure } from './check.ts';
import { keptLines } from './mutation.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Longer than a rule tries, which is 24 hours. */
const LONGER_THAN_RULES_TRY = 25 * HOUR_MS;
/** Longer than the pipe waits, and shorter than the stream keeps records. */
export const LONGER_THAN_THE_PIPE_WAITS = 23 * HOUR_MS;

/** What becomes of what goes wrong. */
export const RECOVERY_CHECKS: readonly Check[] = [
  {
    name: 'a bucket that lost its tags gets them again',
    async run(pipeline) {
      const [registered] = pipeline.entries(
        (entry) => isEvent(entry, 'UserRegistered') && entry.source === 'users-table',
      );
      const userId = (registered?.detail as UserRegisteredV1 | undefined)?.data.userId;
      const Bucket = (await pipeline.buckets()).find((name) => name.startsWith(`siu${userId}-`));
      await pipeline.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } }));
      const made = pipeline.entries((entry) => isEvent(entry, 'BucketCreated')).length;
      await pipeline.put('users-table', 'UserRegistered', registered?.detail as object);
      const isMadeAgain = (entry: Parameters<typeof isEvent>[0]) =>
        isEvent(entry, 'BucketCreated') && pipeline.entries((each) => isEvent(each, 'BucketCreated')).length > made;
      await expectEntry(pipeline, 'BucketCreated once more', isMadeAgain, isFailure);
      const { TagSet = [] } = await pipeline.s3.send(new GetBucketTaggingCommand({ Bucket }));
      expectThat(
        TagSet.some(({ Key }) => Key === 'userIdSha256'),
        `tags on ${Bucket}`,
      );
    },
  },
  {
    name: 'an event that cannot be sent to bucket-service is in its dead-letter queue',
    run: (pipeline) =>
      expectUndelivered(pipeline, 'BucketService', 'users-table', 'UserRegistered', sampleEvent(UserRegisteredV1)),
  },
  {
    name: 'an event that cannot be sent to uri-recorder is in its dead-letter queue',
    run: (pipeline) =>
      expectUndelivered(pipeline, 'UriRecorder', 'bucket-service', 'BucketCreated', sampleEvent(BucketCreatedV1)),
  },
  {
    name: "a registration that the pipe gives up is in the pipe's dead-letter queue",
    async run(pipeline) {
      pipeline.engine.faults.fail('events:PutEvents', 'InternalException', { status: 500 });
      await pipeline.register('given-up');
      const isRefused = ({ hop, outcome }: { hop: string; outcome?: unknown }) =>
        hop === 'pipe-delivery' && outcome === 'refused';
      await expectEntry(pipeline, 'the refusal of the record', isRefused, () => false);
      pipeline.clock.skip(LONGER_THAN_THE_PIPE_WAITS);
      await expectEntry(
        pipeline,
        "the pipe's dead letter",
        ({ hop }) => hop === 'pipe-dlq',
        () => false,
      );
      await expectOneLetter(pipeline, 'PipeDlqUrl');
    },
  },
  {
    name: 'what the pipe gave up is in its log',
    async run(pipeline) {
      const lines = keptLines(pipeline);
      expectThat(
        lines.some((line) => line.includes('"messageType":"ExecutionFailed"')),
        `ExecutionFailed in a log group; ${lines.length} other lines were there`,
      );
    },
  },
];

/** Makes the queue of a subscriber refuse an event until its rule gives it up. */
export async function expectUndelivered(
  pipeline: Pipeline,
  subscriber: string,
  source: string,
  detailType: string,
  detail: object,
): Promise<void> {
  // Each rule sends twice.
  const times = 2 * (await subscribersTo(pipeline, detailType));
  pipeline.engine.faults.fail('sqs:SendMessage', 'ThrottlingException', { times });
  await pipeline.put(source, detailType, detail);
  const isOf = (rule: unknown) => String(rule).includes(subscriber);
  const isRefused = (wanted: string) => (entry: { hop: string; rule?: unknown; outcome?: unknown }) =>
    entry.hop === wanted && isOf(entry.rule) && (wanted === 'rule-dlq' || entry.outcome === 'refused');
  await expectEntry(pipeline, `the refusal by the queue of ${subscriber}`, isRefused('rule-delivery'), () => false);
  pipeline.clock.skip(LONGER_THAN_RULES_TRY);
  await expectEntry(pipeline, `the burial in the queue of ${subscriber}`, isRefused('rule-dlq'), () => false);
  await expectOneLetter(pipeline, `${subscriber}DlqUrl`);
}

async function subscribersTo(pipeline: Pipeline, detailType: string): Promise<number> {
  const { Rules = [] } = await pipeline.events.send(
    new ListRulesCommand({ EventBusName: pipeline.output('EventBusName') }),
  );
  return Rules.filter(({ EventPattern = '' }) => EventPattern.includes(`"${detailType}"`)).length;
}

const expectOneLetter = (pipeline: Pipeline, output: string) => expectLetters(pipeline, output, 1);

/** @throws Error if a dead-letter queue holds another number of messages */
export async function expectLetters(pipeline: Pipeline, output: string, count: number): Promise<void> {
  const letters = await pipeline.messages(pipeline.output(output));
  expectThat(letters.length === count, `${count} messages in ${output}; there are ${letters.length}`);
}
