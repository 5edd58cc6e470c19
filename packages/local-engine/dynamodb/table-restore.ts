import { AwsError } from '../core/aws-error.ts';
import type { RequestMembers } from '../protocols/json-protocol.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { DynamoDbStream } from './dynamodb-stream.ts';
import { type Item, pickAttributes, type StreamRecord } from './items.ts';
import type { TableDefinition } from './stored-tables.ts';

/** Records that are read at a time. */
const PAGE_SIZE = 1000;

/**
 * The rows of a table at an earlier time, to the second: the current rows, with every later change of the table's stream undone. AWS
 * goes back 35 days; the engine goes back as far as the stream.
 * @param time Unix epoch milliseconds; undefined for now
 * @throws AwsError InvalidRestoreTimeException for a time from which the stream does not have every change
 */
export async function rowsAt(dynamodb: DynamoDb, table: TableDefinition, time: number | undefined): Promise<Item[]> {
  const keyOf = (item: Item) =>
    JSON.stringify(
      pickAttributes(
        item,
        table.keySchema.map((key) => key.AttributeName),
      ),
    );
  const rows = new Map((await allRows(dynamodb, table.name)).map((row) => [keyOf(row), row]));
  if (time === undefined) return [...rows.values()];
  const later = changesSince(dynamodb.streamOf(table.name), table, Math.floor(time / 1000));
  for (const { Keys, OldImage } of later.reverse().map(({ dynamodb: change }) => change)) {
    if (OldImage === undefined) rows.delete(keyOf(Keys));
    else rows.set(keyOf(Keys), OldImage);
  }
  return [...rows.values()];
}

async function allRows(dynamodb: DynamoDb, TableName: string): Promise<Item[]> {
  const rows: Item[] = [];
  for (let start: unknown; ; ) {
    const ExclusiveStartKey = start === undefined ? {} : { ExclusiveStartKey: start };
    const { Items, LastEvaluatedKey } = await dynamodb.handle('Scan', { TableName, ...ExclusiveStartKey });
    rows.push(...(Items as Item[]));
    if (LastEvaluatedKey === undefined) return rows;
    start = LastEvaluatedKey;
  }
}

/** @param second Unix epoch seconds; changes within that second have been before */
function changesSince(stream: DynamoDbStream | undefined, table: TableDefinition, second: number): StreamRecord[] {
  const records = stream === undefined ? [] : allRecords(stream);
  const isWhole = stream?.viewType === 'OLD_IMAGE' || stream?.viewType === 'NEW_AND_OLD_IMAGES';
  const since = Math.max(stream?.createdAt ?? Number.POSITIVE_INFINITY, stream?.keepsSince ?? 0);
  if (!isWhole || since > (second + 1) * 1000) {
    const reason = isWhole
      ? `its stream has every change since ${new Date(since).toISOString()}`
      : 'no stream has its old images';
    throw new AwsError(
      'InvalidRestoreTimeException',
      `The local engine cannot restore ${table.name} as it was at ${new Date(second * 1000).toISOString()}: ${reason}.`,
    );
  }
  return records.filter(({ dynamodb }) => dynamodb.ApproximateCreationDateTime > second);
}

function allRecords(stream: DynamoDbStream): StreamRecord[] {
  const all: StreamRecord[] = [];
  for (let position = stream.oldest; ; ) {
    const { records, next } = stream.read(position, PAGE_SIZE);
    if (records.length === 0) return all;
    all.push(...records);
    position = next;
  }
}

/**
 * The time that a request asks for, in Unix epoch milliseconds; undefined for the latest. Requests have seconds.
 * @throws AwsError without a time, or for one in the future
 */
export function restoreTime(
  request: RequestMembers,
  { UseLatestRestorableTime, RestoreDateTime }: Readonly<Record<string, unknown>>,
  now: number,
): number | undefined {
  if (UseLatestRestorableTime === true) return undefined;
  if (typeof RestoreDateTime !== 'number') throw request.refusal('RestoreDateTime', 'Member must not be null');
  if (RestoreDateTime * 1000 <= now) return RestoreDateTime * 1000;
  throw new AwsError('InvalidRestoreTimeException', 'The restore time is in the future.');
}
