import { setTimeout } from 'node:timers/promises';
import db from 'dynalite/db/index.js';
import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Storage } from '../storage/storage.ts';
import { runDynalite } from './dynalite-actions.ts';
import { DynaliteStore } from './dynalite-store.ts';
import { type DynamoDbStream, imagesOf } from './dynamodb-stream.ts';
import { type Item, pickAttributes } from './items.ts';
import type { Write } from './keyed-values.ts';
import { loadItems, type TableDefinition, TableItems } from './stored-tables.ts';

/** dynalite's operations that clients may call. Those that make, change and delete tables are in table-administration.ts. */
const OPERATIONS = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
]);

/** dynalite makes and deletes a table with its next timer. Who asks at each turn until then asks a hundred times. */
const STATUS_CHANGES_IN_MS = 1;

/**
 * DynamoDB: dynalite's actions over its item store, with every real change captured into the table's stream, and every write
 * into the data folder if there is one.
 */
export class DynamoDb {
  /** Names of all operations. */
  readonly operations: readonly string[] = [...OPERATIONS];
  readonly #account: Account;
  readonly #store: DynaliteStore;
  readonly #definitions = new Map<string, TableDefinition>();
  readonly #streams = new Map<string, DynamoDbStream>();
  readonly #keyNames = new Map<string, readonly string[]>();
  readonly #storage: Storage;

  constructor(account: Account, storage: Storage) {
    this.#account = account;
    this.#storage = storage;
    this.#store = new DynaliteStore(account);
  }

  /**
   * Makes a table with its rows from the data folder, and waits until it can be used.
   * @throws Error if these have another key, AwsError if there is a table of that name, which stays as it is
   */
  async createTable(table: TableDefinition, stream?: DynamoDbStream): Promise<void> {
    if (this.#definitions.has(table.name)) {
      throw new AwsError('ResourceInUseException', `Table already exists: ${table.name}`);
    }
    const stored = this.#storage.isLasting ? new TableItems(this.#storage, table.name, table.keySchema) : undefined;
    await this.#run('CreateTable', {
      TableName: table.name,
      KeySchema: table.keySchema,
      AttributeDefinitions: table.attributeDefinitions,
      BillingMode: table.billingMode,
      ...(table.provisionedThroughput !== undefined && { ProvisionedThroughput: table.provisionedThroughput }),
      ...(table.globalSecondaryIndexes !== undefined && { GlobalSecondaryIndexes: table.globalSecondaryIndexes }),
    });
    // Not before: a table of that name may be being created.
    this.#keyNames.set(
      table.name,
      table.keySchema.map((key) => key.AttributeName),
    );
    if (stream) this.#streams.set(table.name, stream);
    // dynalite answers while the table is still CREATING, and refuses items until it is ACTIVE.
    while ((await this.#status(table.name)) !== 'ACTIVE') await setTimeout(STATUS_CHANGES_IN_MS);
    if (stored) loadItems(this.#store, table.name, stored);
    this.#store.getItemDb(table.name).onWrite((write) => this.#changed(table.name, stored, write));
    this.#definitions.set(table.name, table);
  }

  /** What a table was made from; undefined if there is none of that name. */
  definitionOf(tableName: string): TableDefinition | undefined {
    return this.#definitions.get(tableName);
  }

  /** Turns deletion protection on or off. */
  protect(tableName: string, deletionProtection: boolean): void {
    const definition = this.#definitions.get(tableName);
    if (definition) this.#definitions.set(tableName, { ...definition, deletionProtection });
  }

  /** The stream that a table's changes go to. */
  streamOf(tableName: string): DynamoDbStream | undefined {
    return this.#streams.get(tableName);
  }

  /** Sets the stream that a table's changes go to, or none. */
  setStream(tableName: string, stream: DynamoDbStream | undefined): void {
    if (stream) this.#streams.set(tableName, stream);
    else this.#streams.delete(tableName);
  }

  /**
   * Deletes a table, if it exists, and waits until its name is free. Its rows in a data folder stay.
   */
  async deleteTable(name: string): Promise<void> {
    if ((await this.#status(name)) === undefined) return;
    await this.#run('DeleteTable', { TableName: name });
    while ((await this.#status(name)) !== undefined) await setTimeout(STATUS_CHANGES_IN_MS);
    for (const known of [this.#definitions, this.#streams, this.#keyNames]) known.delete(name);
  }

  /**
   * One API call.
   * @param operation such as `PutItem`
   * @param request the call's JSON body
   * @throws AwsError what DynamoDB would answer
   */
  async handle(operation: string, request: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (!OPERATIONS.has(operation)) {
      throw new AwsError('UnknownOperationException', `The local engine does not implement dynamodb:${operation}.`);
    }
    const { TableName } = request;
    // A value that is not a string is refused with the other members.
    const tableName = typeof TableName === 'string' ? withoutArn(TableName) : '';
    const named = byTableName(request);
    try {
      const answer = await this.#run(operation, named);
      return operation === 'DescribeTable' ? this.#described(tableName, answer) : answer;
    } catch (error) {
      throw await this.#withConflictingItem(error, named);
    }
  }

  /** The row and its stream record are stored together. */
  #changed(name: string, stored: TableItems | undefined, { key, before, after }: Write): void {
    const stream = this.#streams.get(name);
    if (after === undefined) stored?.delete(key);
    else stored?.put(key, after);
    // A write that does not change an item makes no stream record.
    if (stream === undefined || before === after) return;
    const [oldImage, newImage] = [before, after].map((text): Item | undefined => text && JSON.parse(text));
    const image = newImage ?? oldImage;
    if (image === undefined) return;
    const keys = pickAttributes(image, this.#keyNames.get(name) ?? []);
    // Images that the record does not hold do not count (recorded on AWS for KEYS_ONLY, 2026-09).
    const { seesNew, seesOld } = imagesOf(stream.viewType);
    const shown = [keys, (seesOld && oldImage) || {}, (seesNew && newImage) || {}];
    const sizeBytes = shown.reduce((sum, item) => sum + db.itemSize(item), 0);
    stream.append({ keys, oldImage, newImage, sizeBytes });
  }

  #run(operation: string, request: Record<string, unknown>): Promise<Record<string, unknown>> {
    return runDynalite(this.#store, operation, request);
  }

  /** Such as `ACTIVE`; undefined if there is no such table. */
  async #status(tableName: string): Promise<string | undefined> {
    try {
      const { Table } = await this.#run('DescribeTable', { TableName: tableName });
      return (Table as { TableStatus: string }).TableStatus;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  /**
   * Adds what dynalite's description lacks: the partition, the stream, deletion protection, and the creation time of a table that is
   * older than the engine.
   */
  #described(tableName: string, answer: Record<string, unknown>): Record<string, unknown> {
    const stream = this.#streams.get(tableName);
    const { createdAt, deletionProtection = false } = this.#definitions.get(tableName) ?? {};
    const table = {
      ...(answer.Table as object),
      DeletionProtectionEnabled: deletionProtection,
      ...(createdAt !== undefined && { CreationDateTime: createdAt / 1000 }),
      TableArn: arnOf(this.#account, 'dynamodb', `table/${tableName}`),
      ...(stream && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
        LatestStreamArn: stream.arn,
        LatestStreamLabel: stream.arn.split('/').at(-1),
      }),
    };
    return { ...answer, Table: table };
  }

  /** dynalite does not support ReturnValuesOnConditionCheckFailure. */
  async #withConflictingItem(error: unknown, request: Record<string, unknown>): Promise<unknown> {
    const isWanted =
      error instanceof AwsError &&
      error.code === 'ConditionalCheckFailedException' &&
      request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    if (!isWanted) return error;
    const { TableName, Key, Item: item } = request;
    const keyNames = this.#keyNames.get(String(TableName)) ?? [];
    const key = Key ?? pickAttributes(item as Item, keyNames);
    const { Item: existing } = await this.#run('GetItem', { TableName, Key: key, ConsistentRead: true });
    return existing === undefined ? error : new AwsError(error.code, error.message, 400, { Item: existing });
  }
}

function byTableName(request: Record<string, unknown>): Record<string, unknown> {
  const { TableName, RequestItems } = request;
  if (typeof TableName === 'string') return { ...request, TableName: withoutArn(TableName) };
  if (typeof RequestItems !== 'object' || RequestItems === null) return request;
  const items = Object.entries(RequestItems).map(([name, item]) => [withoutArn(name), item]);
  return { ...request, RequestItems: Object.fromEntries(items) };
}

/** A table's name, where it may be given by its ARN. Source: DynamoDB API reference, TableName. */
export function withoutArn(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:[^/]*:table\//, '');
}
