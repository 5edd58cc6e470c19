import { describe, expect, test } from '@jest/globals';
import {
  type DeadLetterChoice,
  type ExplainedQueue,
  explainMessages,
} from '../../../../operations/dead-letters/explain.ts';
import { planRedrive } from '../../../../operations/dead-letters/redrive.ts';
import type { OnStack } from '../../../../operations/deployed/stack.ts';
import { FakeAws } from '../aws/fake-aws.ts';
import { eventBody, messages } from './fake-queue.ts';

const { signal } = new AbortController();
const SENT_AT = '1714458435000';

const OUTPUTS = {
  EventBusName: 'bus',
  UserIdAttribute: 'userId',
  PipeDlqUrl: 'https://sqs/pipe-dlq',
  ...Object.fromEntries(
    ['BucketService', 'UriRecorder'].flatMap((id) => [
      [`${id}QueueUrl`, `https://sqs/${id}`],
      [`${id}DlqUrl`, `https://sqs/${id}-dlq`],
      [`${id}RuleArn`, `arn:${id}`],
    ]),
  ),
};

/** A stack on AWS whose dead-letter queues hold these bodies, and whose functions have logged these problems, by event. */
function deployed(
  queues: Readonly<Record<string, Readonly<Record<string, string>>>>,
  problems: Readonly<Record<string, string>> = {},
) {
  const held = new Set<string>();
  const idsIn = (url: string) => Object.keys(queues[url.replace('https://sqs/', '')] ?? {});
  const aws = new FakeAws({
    GetQueueAttributes: ({ QueueUrl }) => ({
      Attributes: { ApproximateNumberOfMessages: String(idsIn(QueueUrl).filter((id) => !held.has(id)).length) },
    }),
    ReceiveMessage: ({ QueueUrl, MaxNumberOfMessages }) => {
      const taken = idsIn(QueueUrl)
        .filter((id) => !held.has(id))
        .slice(0, MaxNumberOfMessages);
      for (const id of taken) held.add(id);
      const bodies = queues[QueueUrl.replace('https://sqs/', '')] ?? {};
      return {
        Messages: taken.map((id) => {
          return { MessageId: id, ReceiptHandle: id, Body: bodies[id], Attributes: { SentTimestamp: SENT_AT } };
        }),
      };
    },
    ChangeMessageVisibilityBatch: ({ Entries }) => {
      for (const { ReceiptHandle } of Entries) held.delete(ReceiptHandle);
      return {};
    },
    ListStackResources: () => ({
      StackResourceSummaries: ['BucketService', 'UriRecorder'].map((id) => ({
        LogicalResourceId: `${id}Logs0A1B2C3D`,
        PhysicalResourceId: id,
        ResourceType: 'AWS::Logs::LogGroup',
      })),
    }),
    FilterLogEvents: ({ filterPattern }) => {
      expect(held.size).toBe(0);
      const asked = /eventId = "([^"]+)"/.exec(filterPattern)?.[1];
      const events = Object.entries(problems).filter(([eventId]) => asked === undefined || asked === eventId);
      return {
        events: events.map(([eventId, problem]) => ({ timestamp: 1, message: JSON.stringify({ eventId, problem }) })),
      };
    },
  });
  const on = { clients: aws.clients, stack: { name: 's', outputs: OUTPUTS }, target: { stackName: 's' } };
  return { aws, held, on: on as unknown as OnStack };
}

async function explained(on: OnStack, choice: DeadLetterChoice, limit?: number) {
  const found: Record<string, string[]> = {};
  const onQueue = ({ name, messages: chosen }: ExplainedQueue) => {
    found[name] = chosen
      .map(({ deadLetter, logged }) => `${deadLetter.messageId} ${logged?.problem ?? ''}`.trim())
      .sort();
  };
  await explainMessages(on, choice, { limit, looked: 1000, signal, onQueue });
  return found;
}

const TWENTY = messages(20, (id) => eventBody(id));

describe('dead letters that are explained', () => {
  test('are chosen by what was logged, in one search, when all are visible to others again', async () => {
    const { aws, held, on } = deployed(
      { 'BucketService-dlq': TWENTY },
      { m03: 'AccessDenied', m17: 'AccessDenied', m18: 'other' },
    );
    expect(await explained(on, { error: 'accessdenied' })).toEqual({
      pipe: [],
      'bucket-service': ['m03 AccessDenied', 'm17 AccessDenied'],
      'uri-recorder': [],
    });
    expect(aws.inputs('FilterLogEvents')).toHaveLength(1);
    expect(held.size).toBe(0);
  });

  test('up to a limit in all queues together, which counts those that are chosen', async () => {
    const { on } = deployed({
      'BucketService-dlq': { ...messages(3, () => 'hello'), e1: eventBody('e1'), e2: eventBody('e2') },
      'UriRecorder-dlq': { e3: eventBody('e3'), e4: eventBody('e4') },
    });
    const found = await explained(on, { type: 'UserRegistered' }, 3);
    expect(found['bucket-service']).toEqual(['e1', 'e2']);
    expect(found['uri-recorder']).toHaveLength(1);
  });

  test('are read whole for a plan of a choice, without a look into the logs if it needs none', async () => {
    const { aws, on } = deployed({ 'BucketService-dlq': TWENTY });
    const { queues } = await planRedrive(on, { user: 'user-m13' }, { signal });
    expect(queues.map(({ name, most, looked, summary }) => [name, most, looked, summary.users])).toEqual([
      ['pipe', 0, 0, []],
      ['bucket-service', 1, 20, ['user-m13']],
      ['uri-recorder', 0, 0, []],
    ]);
    expect(aws.inputs('FilterLogEvents')).toEqual([]);
  });

  test('are all found where the limit is reached, or each id is there', async () => {
    const { on } = deployed({ 'BucketService-dlq': TWENTY });
    const isFound = async (choice: DeadLetterChoice, limit?: number) => {
      const { queues } = await planRedrive(on, choice, { limit, signal });
      return queues.every((queue) => queue.isFound);
    };
    expect(await isFound({ type: 'UserRegistered' })).toBe(false);
    expect(await isFound({ type: 'UserRegistered' }, 3)).toBe(true);
    expect(await isFound({ type: 'UserRegistered' }, 21)).toBe(false);
    expect(await isFound({ messageId: ['m01', 'm02', 'm01'] })).toBe(true);
    expect(await isFound({ messageId: ['m01', 'gone'] })).toBe(false);
  });

  test('that are huge are not all kept in memory: of some only the beginning', async () => {
    const huge = 'x'.repeat(2 ** 26);
    const { on } = deployed({ 'BucketService-dlq': { a: huge, b: huge, c: huge, d: 'small' } });
    const lengths: number[] = [];
    const onQueue = ({ messages: all }: ExplainedQueue) => {
      lengths.push(...all.map(({ deadLetter }) => deadLetter.body.length));
    };
    await explainMessages(on, {}, { looked: 1000, signal, onQueue });
    expect(lengths).toEqual([2 ** 26, 2 ** 26, 1000, 5]);
  });
});
