import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { RequestMembers } from '../protocols/json-protocol.ts';
import { operationNamed } from '../protocols/operations.ts';
import type { Storage } from '../storage/storage.ts';
import { type DynamoDb, withoutArn } from './dynamodb.ts';
import { DynamoDbStream, STREAM_RETENTION_MS, type StreamProps } from './dynamodb-stream.ts';
import { forgetTableItems, KeptTables, type TableDefinition } from './stored-tables.ts';
import { restoreTime, rowsAt } from './table-restore.ts';

interface TableAdministrationProps {
  readonly account: Account;
  readonly dynamodb: DynamoDb;
  /** By stream ARN. */
  readonly streams: Map<string, DynamoDbStream>;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly journal: Journal;
}

type NewStream = Pick<StreamProps, 'arn' | 'viewType' | 'tableName' | 'keySchema'>;
type Operation = (request: RequestMembers, body: Readonly<Record<string, unknown>>) => Promise<object>;

const VIEW_TYPES = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const;

/**
 * Changes of tables outside the template: restored tables, streams that are turned on and off, and tables that a stack left behind.
 * All of it survives a restart on a data folder.
 */
export class TableAdministration {
  readonly #props: TableAdministrationProps;
  readonly #kept: KeptTables;
  readonly #operations: Readonly<Record<string, Operation>> = {
    DeleteTable: (request) => this.#delete(request.requiredText('TableName')),
    RestoreTableToPointInTime: (request, body) => this.#restore(request, body),
    UpdateTable: (request, body) => this.#update(request.requiredText('TableName'), body),
  };

  constructor(props: TableAdministrationProps) {
    this.#props = props;
    this.#kept = new KeptTables(props.storage);
  }

  /** Names of all operations. */
  get operations(): string[] {
    return Object.keys(this.#operations);
  }

  has(operation: string): boolean {
    return Object.hasOwn(this.#operations, operation);
  }

  /**
   * One API call.
   * @throws AwsError what DynamoDB would answer
   */
  async handle(operation: string, request: Record<string, unknown>): Promise<object> {
    const run = operationNamed(this.#operations, 'dynamodb', operation);
    return run(new RequestMembers(request, 'ValidationException'), request);
  }

  /** Makes the tables of the data folder that are in no template. */
  async load(): Promise<void> {
    for (const { definition, isOfStack } of this.#kept.all()) {
      if (isOfStack) continue;
      await this.#props.dynamodb.createTable(definition);
      this.restoreStreams(definition.name);
    }
  }

  /** Keeps a table that its stack leaves behind. */
  keep(tableName: string): void {
    const stream = this.#props.dynamodb.streamOf(tableName);
    this.#kept.put({ ...this.#kept.get(tableName), definition: this.#definition(tableName), stream, isOfStack: false });
  }

  /** Makes a stream that a pipe can read. */
  addStream({ arn, viewType, tableName, keySchema }: NewStream): DynamoDbStream {
    const { account, storage, clock, journal, streams } = this.#props;
    const { region } = account;
    const stream = new DynamoDbStream({ arn, region, viewType, tableName, keySchema, storage, clock, journal });
    streams.set(arn, stream);
    return stream;
  }

  /**
   * Restores the streams that a table had when the engine stopped: the current one, if it is not the template's, and those that were
   * turned off and still have records.
   */
  restoreStreams(tableName: string): void {
    const kept = this.#kept.get(tableName);
    if (kept === undefined) return;
    const { dynamodb, streams, clock } = this.#props;
    const { stream, earlierStreams = [], definition } = kept;
    const { keySchema } = definition;
    dynamodb.setStream(tableName, stream && this.addStream({ ...stream, tableName, keySchema }));
    for (const { arn, viewType, turnedOffAt } of earlierStreams) {
      // The template's stream stays: a pipe may name it.
      if (streams.has(arn)) continue;
      const earlier = this.addStream({ arn, viewType, tableName, keySchema });
      if (turnedOffAt < clock.now() - STREAM_RETENTION_MS) this.#forget(earlier);
    }
    this.#kept.put({ ...kept, earlierStreams: earlierStreams.filter(({ arn }) => streams.has(arn)) });
  }

  /**
   * Turns streams and deletion protection on and off, one at a time.
   * Source: DynamoDB API reference, UpdateTable, and guide, Streams.
   */
  async #update(name: string, body: Readonly<Record<string, unknown>>): Promise<object> {
    const tableName = withoutArn(name);
    const definition = this.#definition(tableName);
    const { TableName: _name, StreamSpecification, DeletionProtectionEnabled, ...others } = body;
    const asked = Object.keys(body).filter((member) => member !== 'TableName');
    if (asked.length !== 1 || Object.keys(others).length > 0) {
      const message = `The local engine can change the StreamSpecification of a table or its DeletionProtectionEnabled, one at a time; the request changes ${asked.join(', ') || 'nothing'}.`;
      throw new AwsError('ValidationException', message);
    }
    if (StreamSpecification !== undefined) this.#switchStream(definition, StreamSpecification as object);
    else this.#protect(tableName, DeletionProtectionEnabled === true);
    return this.#description(tableName);
  }

  #switchStream(definition: TableDefinition, wanted: { readonly StreamEnabled?: unknown }): void {
    const { dynamodb, account, clock } = this.#props;
    const { name, keySchema } = definition;
    const specification = new RequestMembers({ ...wanted }, 'ValidationException');
    const isWanted = wanted.StreamEnabled === true;
    const before = dynamodb.streamOf(name);
    if (isWanted === (before !== undefined)) {
      const state = before ? 'already' : 'not';
      throw new AwsError('ValidationException', `Table is ${state} enabled for streams: ${name}`);
    }
    const viewType = isWanted ? specification.oneOf('StreamViewType', VIEW_TYPES) : undefined;
    if (isWanted && viewType === undefined) throw specification.refusal('StreamViewType', 'Member must not be null');
    const label = new Date(clock.now()).toISOString().slice(0, -1);
    const arn = `${arnOf(account, 'dynamodb', `table/${name}`)}/stream/${label}`;
    const stream = viewType && this.addStream({ arn, viewType, tableName: name, keySchema });
    dynamodb.setStream(name, stream);
    const { isOfStack = true, earlierStreams = [] } = this.#kept.get(name) ?? {};
    const turnedOff = before ? [{ arn: before.arn, viewType: before.viewType, turnedOffAt: clock.now() }] : [];
    const streams = { stream, earlierStreams: [...earlierStreams, ...turnedOff] };
    this.#kept.put({ definition, isOfStack, ...streams });
  }

  /** For a template's table it lasts until the engine stops, like other settings made by API. */
  #protect(tableName: string, deletionProtection: boolean): void {
    this.#props.dynamodb.protect(tableName, deletionProtection);
    const kept = this.#kept.get(tableName);
    if (kept && !kept.isOfStack) this.#kept.put({ ...kept, definition: this.#definition(tableName) });
  }

  /** Source: DynamoDB API reference, RestoreTableToPointInTime; the new table has neither a stream nor recovery of its own. */
  async #restore(request: RequestMembers, body: Readonly<Record<string, unknown>>): Promise<object> {
    const { dynamodb, clock, storage } = this.#props;
    const source = withoutArn(request.text('SourceTableArn') ?? request.requiredText('SourceTableName'));
    const target = request.requiredText('TargetTableName');
    const definition = dynamodb.definitionOf(source);
    if (definition === undefined) throw new AwsError('TableNotFoundException', `Source table not found: ${source}`);
    if (dynamodb.definitionOf(target))
      throw new AwsError('TableAlreadyExistsException', `Table already exists: ${target}`);
    if (!definition.pointInTimeRecovery) {
      const message = `Point in time recovery is not enabled for table '${source}'`;
      throw new AwsError('PointInTimeRecoveryUnavailableException', message);
    }
    const rows = await rowsAt(dynamodb, definition, restoreTime(request, body, clock.now()));
    const settings = { pointInTimeRecovery: false, deletionProtection: false, createdAt: clock.now() };
    const restored = { ...definition, name: target, ...settings };
    // An earlier table of that name, or a restore that was interrupted, may have left rows.
    forgetTableItems(storage, target);
    await dynamodb.createTable(restored);
    for (const Item of rows) await dynamodb.handle('PutItem', { TableName: target, Item });
    this.#kept.put({ definition: restored, isOfStack: false });
    return this.#description(target);
  }

  /** A stack's table cannot be deleted by API. */
  async #delete(name: string): Promise<object> {
    const tableName = withoutArn(name);
    if (this.#definition(tableName).deletionProtection) {
      const message =
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.';
      throw new AwsError('ValidationException', message);
    }
    const kept = this.#kept.get(tableName);
    if (kept === undefined || kept.isOfStack) {
      throw new AwsError(
        'ValidationException',
        `${tableName} belongs to a stack; remove it from the template instead.`,
      );
    }
    const description = await this.#description(tableName);
    const { dynamodb, streams, storage } = this.#props;
    await dynamodb.deleteTable(tableName);
    forgetTableItems(storage, tableName);
    for (const stream of [...streams.values()]) if (stream.tableName === tableName) this.#forget(stream);
    this.#kept.delete(tableName);
    return description;
  }

  #forget(stream: DynamoDbStream): void {
    this.#props.streams.delete(stream.arn);
    stream.forget();
  }

  #definition(tableName: string): TableDefinition {
    const definition = this.#props.dynamodb.definitionOf(tableName);
    if (definition !== undefined) return definition;
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${tableName} not found`);
  }

  async #description(TableName: string): Promise<object> {
    const { Table } = await this.#props.dynamodb.handle('DescribeTable', { TableName });
    return { TableDescription: Table };
  }
}
