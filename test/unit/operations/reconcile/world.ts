import type { OnStack } from '../../../../operations/deployed/stack.ts';
import { survey } from '../../../../operations/reconcile/survey.ts';
import { type BucketNameSettings, bucketName } from '../../../../services/bucket-service/bucket-name.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { tagsOfRetired } from '../../../../services/bucket-service/retirement.ts';
import { registration } from '../../services/registrations.ts';
import { serviceError } from '../../services/service-errors.ts';
import { MOST_CALLS } from '../aws/fake-aws.ts';

export const TABLE_MADE_AT = 1_700_000_000;
export const REGISTERED_AT = 1_714_458_435; // 2024-04-30T06:27:15Z

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface Command {
  readonly input: Readonly<Record<string, unknown>>;
}

type Answer = (input: never) => unknown;

/**
 * An account with a users table and buckets, as the clients of the AWS SDK see it. It answers in pages as small as
 * `pageSize`, and tells `beforeCall` of each call before it is answered.
 */
export class World {
  readonly naming: BucketNameSettings;
  readonly rows = new Map<string, Record<string, object>>();
  readonly buckets = new Map<string, { readonly createdAt: number; tags: readonly Tag[] | undefined }>();
  /** What the tagging API has not heard of yet. */
  readonly unheardOf = new Set<string>();
  readonly calls: string[] = [];
  pageSize = 2;
  beforeCall: (name: string) => void = () => {};
  /** Whether the stack does something when users leave. */
  doesRestore = true;
  #now = 0;

  constructor(naming: Partial<BucketNameSettings> = {}) {
    this.naming = {
      prefix: 'siu',
      namespace: 'account-regional',
      accountId: '123456789012',
      region: 'ap-northeast-1',
      ...naming,
    };
  }

  nameOf(userId: string, registeredAt = REGISTERED_AT): string {
    return bucketName({ userId, registeredAt }, this.naming);
  }

  /** A user for whom all is well. Returns the bucket's name. */
  register(userId: string, registeredAt = REGISTERED_AT): string {
    const name = this.nameOf(userId, registeredAt);
    this.addBucket(userId, registeredAt);
    this.addRow(userId, `s3://${name}`);
    return name;
  }

  addRow(userId: string, uri?: string): void {
    this.rows.set(userId, { userId: { S: userId }, ...(uri !== undefined && { s3_bucket_uri: { S: uri } }) });
  }

  /** A bucket as bucket-service makes it for a user. */
  addBucket(userId: string, registeredAt = REGISTERED_AT, tags?: readonly Tag[]): string {
    const name = this.nameOf(userId, registeredAt);
    this.buckets.set(name, {
      createdAt: registeredAt + 2,
      tags: tags ?? bucketTags(registration(userId, registeredAt)),
    });
    return name;
  }

  /** Tags a bucket as bucket-retirer does. */
  retire(name: string, emptiedFrom?: string): void {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new Error(`There is no bucket ${name}.`);
    const retirement = { retiredAt: REGISTERED_AT, ...(emptiedFrom !== undefined && { emptiedFrom }) };
    bucket.tags = tagsOfRetired(bucket.tags ?? [], retirement);
  }

  get on(): OnStack {
    const send = async (command: Command) => this.#answer(command.constructor.name, command.input);
    // The SDK's paginators take only clients of its own classes.
    const of = (Client: { prototype: object }) => Object.assign(Object.create(Client.prototype), { send });
    const outputs = {
      UsersTableName: 'users',
      UserIdAttribute: 'userId',
      BucketNamePrefix: this.naming.prefix,
      BucketNamespace: this.naming.namespace,
      EventBusArn: `arn:aws:events:${this.naming.region}:${this.naming.accountId}:event-bus/users`,
      PipeName: 'pipe',
      PipeDlqUrl: 'https://sqs/pipe-dlq',
      BucketServiceQueueUrl: 'https://sqs/queue',
      BucketServiceDlqUrl: 'https://sqs/dlq',
      BucketServiceRuleArn: 'arn:rule',
      ...(this.doesRestore && { DeletionPipeName: 'deletions' }),
    };
    const on = { target: { stackName: 'users' }, clients: { of }, stack: { name: 'users', outputs } };
    return on as unknown as OnStack;
  }

  /** Surveys it with a grace of 5 s, on a clock that only pauses move. */
  async survey(options: Partial<Parameters<typeof survey>[1]> = {}) {
    return survey(this.on, {
      graceMs: 5000,
      clock: {
        now: () => this.#now,
        pause: async (ms) => {
          this.#now += ms;
        },
      },
      onProgress: () => {},
      onWait: () => {},
      signal: new AbortController().signal,
      ...options,
    });
  }

  get now(): number {
    return this.#now;
  }

  readonly answers: Record<string, Answer> = {
    DescribeTableCommand: () => ({
      Table: { CreationDateTime: new Date(TABLE_MADE_AT * 1000 + 999), ItemCount: this.rows.size },
    }),
    ScanCommand: ({ ExclusiveStartKey: start, Limit, Select }: { [key: string]: never }) => {
      const after = (start as { userId: { S: string } } | undefined)?.userId.S;
      const { page, last } = this.#page(
        [...this.rows.entries()].sort(byKey),
        after,
        Math.min(Limit ?? 1000, this.pageSize),
      );
      const items = page.map(([, row]) => row);
      return {
        ...(Select === 'COUNT'
          ? { Count: items.filter((row) => row.s3_bucket_uri === undefined).length }
          : { Items: items }),
        ...(last !== undefined && { LastEvaluatedKey: { userId: { S: last } } }),
      };
    },
    BatchGetItemCommand: ({ RequestItems }: { RequestItems: { users: { Keys: { userId: { S: string } }[] } } }) => {
      const { Keys } = RequestItems.users;
      // As when an answer is full: what is left over is to be asked for again.
      const left = Keys.slice(this.pageSize);
      const found = Keys.slice(0, this.pageSize).flatMap(({ userId }) => this.rows.get(userId.S) ?? []);
      return {
        Responses: { users: found },
        UnprocessedKeys: left.length > 0 ? { users: { ...RequestItems.users, Keys: left } } : {},
      };
    },
    ListBucketsCommand: ({ Prefix = '', ContinuationToken }: { Prefix?: string; ContinuationToken?: string }) => {
      const named = [...this.buckets.entries()].sort(byKey).filter(([name]) => name.startsWith(Prefix));
      const { page, last } = this.#page(named, ContinuationToken, this.pageSize);
      return {
        Buckets: page.map(([Name, { createdAt }]) => ({
          Name,
          CreationDate: new Date(createdAt * 1000),
          BucketRegion: this.naming.region,
        })),
        ContinuationToken: last,
      };
    },
    GetResourcesCommand: ({ PaginationToken }: { PaginationToken?: string }) => {
      const tagged = [...this.buckets.entries()]
        .sort(byKey)
        .filter(([name, { tags }]) => !this.unheardOf.has(name) && tags?.some(({ Key }) => Key === 'app'));
      const { page, last } = this.#page(tagged, PaginationToken, this.pageSize);
      return {
        ResourceTagMappingList: page.map(([name, { tags }]) => ({ ResourceARN: `arn:aws:s3:::${name}`, Tags: tags })),
        PaginationToken: last ?? '',
      };
    },
    DeleteBucketCommand: ({ Bucket }: { Bucket: string }) => {
      if (!this.buckets.delete(Bucket)) throw serviceError('NoSuchBucket', 404);
      return {};
    },
    GetBucketTaggingCommand: ({ Bucket }: { Bucket: string }) => {
      const bucket = this.buckets.get(Bucket);
      if (bucket === undefined) throw serviceError('NoSuchBucket', 404);
      if (bucket.tags === undefined || bucket.tags.length === 0) throw serviceError('NoSuchTagSet', 404);
      return { TagSet: bucket.tags };
    },
  };

  #answer(name: string, input: unknown): unknown {
    if (this.calls.push(name) > MOST_CALLS) throw new Error(`${name} is called for ever.`);
    this.beforeCall(name);
    const answer = this.answers[name];
    if (answer === undefined) throw new Error(`The world knows no ${name}.`);
    return answer(input as never);
  }

  #page<T>(all: [string, T][], after: string | undefined, size: number): { page: [string, T][]; last?: string } {
    const rest = after === undefined ? all : all.filter(([key]) => key > after);
    const page = rest.slice(0, size);
    const last = rest.length > size ? page.at(-1)?.[0] : undefined;
    return { page, ...(last !== undefined && { last }) };
  }
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
