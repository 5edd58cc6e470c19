import { isDeepStrictEqual } from 'node:util';
import type { JournalEntry } from '../../../packages/local-engine/index.ts';
import type { Registered } from '../promises/index.ts';
import { PERSONAL, type PutAttempt } from './sign-ups.ts';

type TypedRow = Readonly<Record<string, { readonly S?: string }>>;

/** A registration whose row is there. */
interface Standing {
  readonly uris: (string | undefined)[];
  readonly putOver: number[];
  isGone: boolean;
  deletionId?: string;
}

/**
 * Every new row of the users table, in order, with what became of it.
 * @param puts what the sign-up service put
 * @param times when each entry was written, by its sequence number
 */
export function registrationsIn(
  entries: readonly JournalEntry[],
  puts: readonly PutAttempt[],
  times: ReadonlyMap<number, number>,
): Registered[] {
  const all: Registered[] = [];
  const standing = new Map<string, Standing>();
  for (const { hop, at, sequence, eventId, eventName, keys, newImage } of entries) {
    if (hop !== 'stream-record') continue;
    const userId = (keys as TypedRow).userId?.S ?? '';
    const row = newImage as TypedRow | undefined;
    const uri = row?.s3_bucket_uri?.S;
    const known = standing.get(userId);
    if (eventName === 'REMOVE') {
      if (known !== undefined) Object.assign(known, { isGone: true, deletionId: String(eventId) });
      standing.delete(userId);
    } else if (eventName === 'MODIFY') {
      if (known === undefined || known.uris.at(-1) === uri) continue;
      if (puts.some((put) => wrote(put, row, times.get(sequence)))) known.putOver.push(known.uris.length);
      known.uris.push(uri);
    } else {
      const registration = {
        userId,
        eventId: String(eventId),
        registeredAt: Math.floor(at / 1000),
        isSignUp: row?.email?.S?.startsWith(PERSONAL) === true,
        uris: [uri],
        putOver: [],
        isGone: false,
      };
      standing.set(userId, registration);
      all.push(registration);
    }
  }
  return all;
}

/** Whether a put may have written a row, which it replaces as a whole. @param at undefined if that was before the journal was watched */
function wrote(
  { item, sentAt, answeredAt = Number.POSITIVE_INFINITY }: PutAttempt,
  row: unknown,
  at?: number,
): boolean {
  return at !== undefined && sentAt <= at && at <= answeredAt && isDeepStrictEqual(row, item);
}
