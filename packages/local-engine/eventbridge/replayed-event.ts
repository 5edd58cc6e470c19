import { createHash } from 'node:crypto';
import type { BusEvent } from './bus-event.ts';
import type { Replay } from './replay.ts';

/**
 * An archived event as a replay emits it: with the replay's name, and with an id of its own. All else stays as it was.
 * Source: EventBridge user guide, eb-replay-archived-event; id and place of the name as recorded on AWS in 2026.
 * @param id of the envelope, see {@link replayedEventId}
 */
export function replayedEvent(event: BusEvent, replayName: string, id: string): BusEvent {
  const { resources, detail, ...before } = event;
  return { ...before, id, 'replay-name': replayName, resources, detail };
}

/**
 * The id that a replay gives an archived event: another one in each replay, and the same however often that replay emits it, also
 * to several targets and after a restart of the engine. In the form of a UUID of version 8 (RFC 9562).
 */
export function replayedEventId({ arn, startedAt }: Pick<Replay, 'arn' | 'startedAt'>, archivedId: string): string {
  // A name may come again after 90 days.
  const bytes = createHash('sha256')
    .update(JSON.stringify([arn, startedAt, archivedId]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
