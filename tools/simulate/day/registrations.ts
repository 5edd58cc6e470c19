import type { JournalEntry } from '../../../packages/local-engine/index.ts';
import type { Registered } from '../promises/index.ts';
import { PERSONAL } from './sign-ups.ts';

type TypedRow = Readonly<Record<string, { readonly S?: string }>>;

/** Every new row of the users table, in order, with what became of it. */
export function registrationsIn(entries: readonly JournalEntry[]): Registered[] {
  const all: Registered[] = [];
  const standing = new Map<string, { uris: (string | undefined)[]; isGone: boolean }>();
  for (const { hop, at, eventId, eventName, keys, newImage } of entries) {
    if (hop !== 'stream-record') continue;
    const userId = (keys as TypedRow).userId?.S ?? '';
    const row = newImage as TypedRow | undefined;
    const uri = row?.s3_bucket_uri?.S;
    const known = standing.get(userId);
    if (eventName === 'REMOVE') {
      if (known !== undefined) known.isGone = true;
      standing.delete(userId);
    } else if (eventName === 'MODIFY') {
      if (known !== undefined && known.uris.at(-1) !== uri) known.uris.push(uri);
    } else {
      const registration = {
        userId,
        eventId: String(eventId),
        registeredAt: Math.floor(at / 1000),
        isSignUp: row?.email?.S?.startsWith(PERSONAL) === true,
        uris: [uri],
        isGone: false,
      };
      standing.set(userId, registration);
      all.push(registration);
    }
  }
  return all;
}
