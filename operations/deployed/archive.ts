import { DescribeArchiveCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PUT_BACK } from '../aws/put-back.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type FoundStack, requireOutput } from './stack-outputs.ts';

/** The archive of the pipeline's bus. */
export interface EventArchive {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly busName: string;
  /** All that it holds. AWS brings these numbers up to date once a day. */
  readonly events: number;
  readonly bytes: number;
  /** Days; 0 keeps events for ever. */
  readonly retentionDays: number;
}

/** How long AWS recommends waiting until an event is replayed; it is no maximum (EventBridge user guide, eb-archive). */
export const ARCHIVE_DELAY_MS = 600_000;

export const LATE_EVENTS =
  'Events of the last 10 minutes may not be in the archive yet: AWS recommends waiting that long, and gives no maximum.';

/** States in which an archive keeps no events, and a replay from it would miss some (EventBridge API reference, DescribeArchive). */
const UNUSABLE = new Set(['DISABLED', 'CREATE_FAILED']);

/** @throws CommandFailure if it is gone or disabled */
export async function findArchive(client: EventBridgeClient, stack: FoundStack): Promise<EventArchive> {
  const arn = requireOutput(stack, 'EventArchiveArn');
  const name = arn.split('/').at(-1) ?? '';
  const { State, StateReason, EventCount, SizeBytes, RetentionDays } = await describe(client, name);
  if (UNUSABLE.has(State ?? '')) {
    const reason = StateReason ? ` (${StateReason})` : '';
    throw new CommandFailure(`the archive ${name} is ${State}${reason}: mend that first`);
  }
  return {
    name,
    arn,
    busArn: requireOutput(stack, 'EventBusArn'),
    busName: requireOutput(stack, 'EventBusName'),
    events: EventCount ?? 0,
    bytes: SizeBytes ?? 0,
    retentionDays: RetentionDays ?? 0,
  };
}

async function describe(client: EventBridgeClient, name: string) {
  try {
    return await client.send(new DescribeArchiveCommand({ ArchiveName: name }));
  } catch (cause) {
    if ((cause as Error).name !== 'ResourceNotFoundException') throw cause;
    const message = `the archive ${name} is gone, with all events in it; to keep new ones, ${PUT_BACK}`;
    throw new CommandFailure(message, { cause });
  }
}
