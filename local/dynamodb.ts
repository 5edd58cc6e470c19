import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import db, { type Store } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import { type Account, arnOf } from './account.ts';
import { AwsError } from './aws-error.ts';
import type { DynamoDbStream } from './dynamodb-stream.ts';
import type { Item, ItemStore } from './dynamodb-types.ts';

type Action = (store: Store, data: unknown, done: (error: unknown, answer?: Record<string, unknown>) => void) => void;
interface Implementation {
  readonly action: Action;
  readonly validation: { readonly types: unknown; readonly custom?: unknown };
}

const require = createRequire(import.meta.url);

/** What dynalite implements and clients of the engine may call; tables come from the template. */
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

interface TableProps {
  readonly name: string;
  readonly keySchema: unknown;
  readonly attributeDefinitions: unknown;
  readonly billingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  readonly provisionedThroughput?: unknown;
  readonly globalSecondaryIndexes?: unknown;
  readonly stream?: DynamoDbStream;
}

/** DynamoDB: dynalite's actions over its item store, with every real change captured into the table's stream. */
export class DynamoDb {
  readonly #account: Account;
  readonly #store: Store;
  readonly #implementations = new Map<string, Implementation>();
  readonly #streams = new Map<string, DynamoDbStream>();
  readonly #keyNames = new Map<string, readonly string[]>();

  constructor(account: Account) {
    this.#account = account;
    const { region, id } = account;
    this.#store = db.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    this.#store.tableDb.awsRegion = region;
    this.#store.tableDb.awsAccountId = id;
    const getItemDb = this.#store.getItemDb;
    const captured = new Map<string, ItemStore>();
    this.#store.getItemDb = (tableName) => {
      const known = captured.get(tableName);
      if (known !== undefined) return known;
      const made = this.#capture(tableName, getItemDb(tableName));
      captured.set(tableName, made);
      return made;
    };
  }

  /** Makes a table, and waits until it can be used. */
  async createTable(table: TableProps): Promise<void> {
    const keys = table.keySchema as readonly { AttributeName: string }[];
    this.#keyNames.set(
      table.name,
      keys.map((key) => key.AttributeName),
    );
    if (table.stream) this.#streams.set(table.name, table.stream);
    await this.#run('CreateTable', {
      TableName: table.name,
      KeySchema: table.keySchema,
      AttributeDefinitions: table.attributeDefinitions,
      BillingMode: table.billingMode,
      ...(table.provisionedThroughput !== undefined && { ProvisionedThroughput: table.provisionedThroughput }),
      ...(table.globalSecondaryIndexes !== undefined && { GlobalSecondaryIndexes: table.globalSecondaryIndexes }),
    });
    // dynalite answers while the table is still CREATING, and refuses items until it is ACTIVE.
    while (!(await this.#isActive(table.name))) await setImmediate();
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
    // A table may be named by its ARN. Source: DynamoDB API reference, PutItem, TableName.
    const tableName = String(request.TableName ?? '').replace(/^arn:[^/]*:table\//, '');
    const named = request.TableName === undefined ? request : { ...request, TableName: tableName };
    try {
      const answer = await this.#run(operation, named);
      return operation === 'DescribeTable' ? this.#described(tableName, answer) : answer;
    } catch (error) {
      throw await this.#withConflictingItem(error, named);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#store.lifecycleManager.gracefulClose((error) => (error ? reject(error) : resolve()));
    });
  }

  #run(operation: string, request: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { action, validation } = this.#load(operation);
    return new Promise((resolve, reject) => {
      try {
        // Types are checked on a copy, since dynalite deletes from its input the parameters that it does not know.
        const data = validations.checkTypes({ ...request }, validation.types);
        validations.checkValidations(data, validation.types, validation.custom, this.#store);
        action(this.#store, data, (error, answer) => (error ? reject(asAwsError(error)) : resolve(answer ?? {})));
      } catch (error) {
        reject(asAwsError(error));
      }
    });
  }

  #load(operation: string): Implementation {
    const loaded = this.#implementations.get(operation);
    if (loaded !== undefined) return loaded;
    const file = operation.charAt(0).toLowerCase() + operation.slice(1);
    const implementation: Implementation = {
      action: require(`dynalite/actions/${file}.js`),
      validation: require(`dynalite/validations/${file}.js`),
    };
    this.#implementations.set(operation, implementation);
    return implementation;
  }

  async #isActive(tableName: string): Promise<boolean> {
    const { Table } = await this.#run('DescribeTable', { TableName: tableName });
    return (Table as { TableStatus: string }).TableStatus === 'ACTIVE';
  }

  /** What dynalite's description lacks: the partition, and the stream. */
  #described(tableName: string, answer: Record<string, unknown>): Record<string, unknown> {
    const stream = this.#streams.get(tableName);
    const table = {
      ...(answer.Table as object),
      TableArn: arnOf(this.#account, 'dynamodb', `table/${tableName}`),
      ...(stream && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
        LatestStreamArn: stream.arn,
        LatestStreamLabel: stream.arn.split('/').at(-1),
      }),
    };
    return { ...answer, Table: table };
  }

  /** dynalite does not know ReturnValuesOnConditionCheckFailure, which spares callers a second read. */
  async #withConflictingItem(error: unknown, request: Record<string, unknown>): Promise<unknown> {
    const isWanted =
      error instanceof AwsError &&
      error.code === 'ConditionalCheckFailedException' &&
      request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    if (!isWanted) return error;
    const { TableName, Key, Item: item } = request;
    const keyNames = this.#keyNames.get(String(TableName)) ?? [];
    const key = Key ?? pick(item as Item, keyNames);
    const { Item: existing } = await this.#run('GetItem', { TableName, Key: key, ConsistentRead: true });
    return existing === undefined ? error : new AwsError(error.code, error.message, 400, { Item: existing });
  }

  /**
   * The item store of a table, with its writes captured. dynalite holds its lock on the key around each read and write,
   * so the old image is the one that the condition was judged on.
   */
  #capture(tableName: string, items: ItemStore): ItemStore {
    const stream = this.#streams.get(tableName);
    if (stream === undefined) return items;
    const keyNames = this.#keyNames.get(tableName) ?? [];
    const write = (key: string, newImage: Item | undefined, done: (error: Error | null) => void): void => {
      items.get(key, (readError, found) => {
        if (readError && readError.name !== 'NotFoundError') return done(readError);
        const oldImage = readError ? undefined : found;
        const written = (writeError: Error | null) => {
          const image = newImage ?? oldImage;
          if (!writeError && image !== undefined) {
            const keys = pick(image, keyNames);
            const sizeBytes = [keys, oldImage ?? {}, newImage ?? {}].reduce((sum, item) => sum + db.itemSize(item), 0);
            stream.append({ keys, oldImage, newImage, sizeBytes });
          }
          done(writeError);
        };
        if (newImage === undefined) items.del(key, written);
        else items.put(key, newImage, written);
      });
    };
    const capturing: ItemStore = Object.create(items);
    capturing.put = (key, item, done) => write(key, item, done);
    capturing.del = (key, done) => write(key, undefined, done);
    return capturing;
  }
}

function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

/** dynalite's errors carry the HTTP status and the body of AWS's answer. */
function asAwsError(error: unknown): unknown {
  const { statusCode, body } = error as { statusCode?: number; body?: Record<string, unknown> };
  if (statusCode === undefined || body === undefined) return error;
  const code = String(body.__type).replace(/^.*#/, '');
  return new AwsError(code, String(body.message ?? body.Message ?? ''), statusCode);
}
