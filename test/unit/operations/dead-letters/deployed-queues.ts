import { expect } from '@jest/globals';
import type { OnStack } from '../../../../operations/deployed/stack.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';

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

/** What the dead-letter queues hold: bodies by the messages' ids, by the queues' names. */
type Held = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * A stack on AWS whose dead-letter queues hold these bodies, and whose functions have logged these problems, by event. Its stream
 * has for each sequence number N the new row of the user `user-N`.
 */
export function deployed(given: Held, problems: Readonly<Record<string, string>> = {}) {
  const queues = new Map(Object.entries(given).map(([name, bodies]) => [name, new Map(Object.entries(bodies))]));
  const held = new Set<string>();
  const bodiesIn = (url: string) => queues.get(url.replace('https://sqs/', '')) ?? new Map<string, string>();
  const visibleIn = (url: string) => [...bodiesIn(url).keys()].filter((id) => !held.has(id));
  const aws = new FakeAws({
    GetQueueAttributes: ({ QueueUrl }) => ({
      Attributes: { ApproximateNumberOfMessages: String(visibleIn(QueueUrl).length) },
    }),
    ReceiveMessage: ({ QueueUrl, MaxNumberOfMessages }) => {
      const taken = visibleIn(QueueUrl).slice(0, MaxNumberOfMessages);
      for (const id of taken) held.add(id);
      const bodies = bodiesIn(QueueUrl);
      return {
        Messages: taken.map((id) => {
          return { MessageId: id, ReceiptHandle: id, Body: bodies.get(id), Attributes: { SentTimestamp: SENT_AT } };
        }),
      };
    },
    DeleteMessage: ({ QueueUrl, ReceiptHandle }) => bodiesIn(QueueUrl).delete(ReceiptHandle),
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
    DescribeStream: () => ({ StreamDescription: { Shards: [{ ShardId: 'shardId-1' }] } }),
    GetShardIterator: ({ SequenceNumber }) => ({ ShardIterator: SequenceNumber }),
    GetRecords: ({ ShardIterator: SequenceNumber }) => {
      const Keys = { userId: { S: `user-${SequenceNumber}` } };
      const dynamodb = { SequenceNumber, Keys, ApproximateCreationDateTime: new Date(0) };
      return { Records: [{ eventID: 'e', eventName: 'INSERT', dynamodb }] };
    },
  });
  const on = { clients: aws.clients, stack: { name: 's', outputs: OUTPUTS }, target: { stackName: 's' } };
  return {
    aws,
    held,
    on: on as unknown as OnStack,
    left: () => [...queues.values()].flatMap((bodies) => [...bodies.keys()]),
  };
}

/** An answer that refuses a call. */
export const denied = (what: string) => () => {
  throw awsError('AccessDeniedException', what);
};
