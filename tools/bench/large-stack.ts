import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeArchiveCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { AwsClients, batchesOf } from '../../operations/aws/aws-clients.ts';
import { DEFAULT_REGION } from '../../operations/aws/target.ts';
import { bucketName } from '../../services/bucket-service/bucket-name.ts';
import { bucketTags } from '../../services/bucket-service/bucket-tags.ts';

const CALLS_IN_FLIGHT = 16;
/** Of BatchWriteItem. */
const MOST_ROWS = 25;
/** Of SendMessageBatch. */
const MOST_MESSAGES = 10;
const POLL_MS = 50;

const NAMING = {
  prefix: 'siu',
  namespace: 'account-regional',
  accountId: '123456789012',
  region: DEFAULT_REGION,
} as const;
const REGISTERED_AT = Date.parse('2026-11-22T10:00:00Z') / 1000;

/** The engine and the outputs of its stack. */
export interface RunningStack {
  readonly endpoint: string;
  output(key: string): string;
}

/** A user, and the bucket of their registration. */
export interface RegisteredUser {
  readonly userId: string;
  readonly bucket: string;
}

/** Users who registered, one a second. */
export function registeredUsers(count: number): RegisteredUser[] {
  return Array.from({ length: count }, (_, user) => {
    const userId = `before-${user}@example.com`;
    return { userId, bucket: bucketName({ userId, registeredAt: REGISTERED_AT + user }, NAMING) };
  });
}

/** Fills a running stack, by the APIs that its parts fill it by: rows, buckets, events, dead letters. */
export class LargeStack {
  readonly #stack: RunningStack;
  readonly #clients: AwsClients;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CALLS_IN_FLIGHT });

  constructor(stack: RunningStack) {
    this.#stack = stack;
    this.#clients = new AwsClients({ endpoint: stack.endpoint, region: DEFAULT_REGION });
  }

  /** Each new row becomes an archived event, by the pipe. @param withUri whether the rows name their buckets */
  async putRows(users: readonly RegisteredUser[], withUri: boolean): Promise<void> {
    const table = this.#stack.output('UsersTableName');
    const put = async (batch: readonly RegisteredUser[]) => {
      const requests = batch.map(({ userId, bucket }) => {
        const Item = { userId: { S: userId }, ...(withUri && { s3_bucket_uri: { S: `s3://${bucket}` } }) };
        return { PutRequest: { Item } };
      });
      await this.#clients.of(DynamoDBClient).send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    };
    await pMap(batchesOf(users, MOST_ROWS), put, { concurrency: CALLS_IN_FLIGHT });
  }

  /** Buckets as bucket-service makes them. Without the SDK, which would take most of the time. */
  async createBuckets(users: readonly RegisteredUser[]): Promise<void> {
    const create = ({ userId, bucket }: RegisteredUser, index: number) => {
      const metadata = { schemaVersion: 1, eventId: `event-${index}`, correlationId: `event-${index}` } as const;
      const tags = bucketTags({ metadata, data: { userId, registeredAt: REGISTERED_AT + index } });
      const tagSet = tags.map(({ Key, Value }) => `<Tag><Key>${Key}</Key><Value>${Value}</Value></Tag>`).join('');
      return this.#put(
        bucket,
        `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${DEFAULT_REGION}</LocationConstraint><Tags>${tagSet}</Tags></CreateBucketConfiguration>`,
      );
    };
    await pMap(users, create, { concurrency: CALLS_IN_FLIGHT });
  }

  /** Whether the pipeline's own subscribers get events. */
  async subscribe(isOn: boolean): Promise<void> {
    for (const output of ['BucketServiceRuleArn', 'UriRecorderRuleArn']) {
      const rule = { EventBusName: this.#stack.output('EventBusName'), Name: lastPart(this.#stack.output(output)) };
      const command = isOn ? new EnableRuleCommand(rule) : new DisableRuleCommand(rule);
      await this.#clients.of(EventBridgeClient).send(command);
    }
  }

  async countArchived(): Promise<number> {
    const ArchiveName = lastPart(this.#stack.output('EventArchiveArn'));
    const found = await this.#clients.of(EventBridgeClient).send(new DescribeArchiveCommand({ ArchiveName }));
    return found.EventCount ?? 0;
  }

  /** Resolves when the archive has that many events: there is no call that waits for it. */
  async archived(events: number): Promise<void> {
    while ((await this.countArchived()) < events) await pause(POLL_MS);
  }

  /** As many in the queue of each subscriber: events that its function could not handle, or that its rule could not deliver. */
  async putDeadLetters(users: readonly RegisteredUser[], failed: 'handler' | 'delivery'): Promise<void> {
    const output = failed === 'handler' ? 'BucketServiceDlqUrl' : 'UriRecorderDlqUrl';
    const QueueUrl = this.#stack.output(output);
    const send = async (batch: readonly RegisteredUser[]) => {
      const Entries = batch.map((user, index) => ({ Id: String(index), ...deadLetter(user, failed) }));
      const { Failed = [] } = await this.#clients
        .of(SQSClient)
        .send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`${Failed.length} dead letters were refused.`);
    };
    await pMap(batchesOf(users, MOST_MESSAGES), send, { concurrency: CALLS_IN_FLIGHT });
  }

  close(): void {
    this.#clients.destroy();
    this.#agent.destroy();
  }

  #put(bucket: string, body: string): Promise<void> {
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=local/20261122/${DEFAULT_REGION}/s3/aws4_request, SignedHeaders=host, Signature=0`,
      'content-length': Buffer.byteLength(body),
      'x-amz-bucket-namespace': 'account-regional',
    };
    return new Promise((resolve, reject) => {
      const call = request(
        `${this.#stack.endpoint}/${bucket}`,
        { method: 'PUT', headers, agent: this.#agent },
        (answer) => {
          answer.resume().on('end', () => {
            if (answer.statusCode === 200) resolve();
            else reject(new Error(`CreateBucket was answered with ${answer.statusCode}.`));
          });
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  }
}

function deadLetter(
  { userId }: RegisteredUser,
  failed: 'handler' | 'delivery',
): Pick<SendMessageBatchRequestEntry, 'MessageBody' | 'MessageAttributes'> {
  const metadata = { schemaVersion: 1, eventId: `dead-${userId}`, correlationId: `dead-${userId}` };
  const MessageBody = JSON.stringify({
    version: '0',
    id: `dead-${userId}`,
    'detail-type': 'UserRegistered',
    source: 'users-table',
    account: NAMING.accountId,
    time: '2026-11-22T10:00:00Z',
    region: DEFAULT_REGION,
    resources: [],
    detail: { metadata, data: { userId, registeredAt: REGISTERED_AT } },
  });
  if (failed === 'handler') return { MessageBody };
  // Source: EventBridge user guide, eb-rule-dlq.
  const attributes = {
    RULE_ARN: `arn:aws:events:${DEFAULT_REGION}:${NAMING.accountId}:rule/bus/rule`,
    TARGET_ARN: `arn:aws:sqs:${DEFAULT_REGION}:${NAMING.accountId}:queue`,
    ERROR_CODE: 'NO_PERMISSIONS',
    ERROR_MESSAGE: 'The rule may not send to the queue.',
  };
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
  return { MessageBody, MessageAttributes };
}

function lastPart(arn: string): string {
  return arn.split('/').at(-1) ?? '';
}
