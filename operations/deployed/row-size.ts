import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { bucketCreated } from '../../services/bucket-service/bucket-created.ts';
import { URI_ATTRIBUTE, URL_ATTRIBUTE } from './users-table.ts';

/** The most bytes of a row, the names of its attributes among them. Source: DynamoDB developer guide, quotas. */
export const MOST_ROW_BYTES = 400 * 1024;

type Row = Readonly<Record<string, AttributeValue>>;

/**
 * Bytes of a row as DynamoDB counts them. Of numbers its documentation says "approximately".
 * Source: DynamoDB developer guide, item sizes and formats.
 */
export function rowBytes(row: Row): number {
  return Object.entries(row).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

/**
 * Bytes that a row has too many for the addresses of a bucket, which uri-recorder writes into it; 0 where there is room.
 * @param bytes of the row, which holds neither of them
 */
export function bytesTooMany(bytes: number, bucketName: string, region: string): number {
  const registered = {
    metadata: { schemaVersion: 1 as const, eventId: '', correlationId: '' },
    data: { userId: '', registeredAt: 0 },
  };
  const { bucketUri, bucketUrl } = bucketCreated(registered, { bucketName, region, createdAt: 0 }).data;
  const added = rowBytes({ [URI_ATTRIBUTE]: { S: bucketUri }, [URL_ATTRIBUTE]: { S: bucketUrl } });
  return Math.max(0, bytes + added - MOST_ROW_BYTES);
}

/** Lists and maps: three bytes, and one for each element. */
const NESTING_BYTES = 3;

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.SS !== undefined) return total(value.SS, Buffer.byteLength);
  if (value.NS !== undefined) return total(value.NS, numberBytes);
  if (value.BS !== undefined) return total(value.BS, ({ byteLength }) => byteLength);
  if (value.L !== undefined) return NESTING_BYTES + value.L.length + total(value.L, valueBytes);
  if (value.M !== undefined) return NESTING_BYTES + Object.keys(value.M).length + rowBytes(value.M);
  return 1; // BOOL and NULL
}

/** One byte, and one for two significant digits; one more for a sign. */
function numberBytes(number: string): number {
  const [mantissa = ''] = number.toLowerCase().split('e');
  const digits = mantissa
    .replaceAll(/[^0-9]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '');
  return 1 + Math.ceil(digits.length / 2) + (number.startsWith('-') ? 1 : 0);
}

function total<T>(values: readonly T[], bytesOf: (value: T) => number): number {
  return values.reduce((sum, value) => sum + bytesOf(value), 0);
}
