import { DescribeArchiveCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ifFound, RECREATE_HINT } from '../aws/aws-failure.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type FoundStack, requireOutput } from './stack.ts';

/** An archive as EventBridge describes it. */
export interface ArchiveDescription {
  /** Such as `ENABLED`. */
  readonly state: string;
  /** @default - AWS gives none */
  readonly reason?: string;
  /** ARN of the bus whose events it keeps. */
  readonly sourceArn: string;
  /** Days; 0 keeps events for ever. */
  readonly retentionDays: number;
  /** Which events it keeps. @default all */
  readonly pattern?: string;
  /** All that it holds. AWS updates these numbers once a day. */
  readonly events: number;
  readonly bytes: number;
}

/** The archive of the pipeline's bus. */
export interface EventArchive extends Pick<ArchiveDescription, 'events' | 'bytes' | 'retentionDays'> {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly busName: string;
}

/** How long AWS recommends waiting until an event is replayed; it is no maximum (EventBridge user guide, eb-archive). */
export const ARCHIVE_DELAY_MS = 600_000;

export const LATE_EVENTS =
  'Events of the last 10 minutes may not be in the archive yet: AWS recommends waiting that long, and gives no maximum.';

/** States in which an archive keeps no events, and a replay from it would miss some (EventBridge API reference, DescribeArchive). */
const UNUSABLE = new Set(['DISABLED', 'CREATE_FAILED']);

/** @returns undefined if there is no such archive */
export async function describeArchive(
  client: EventBridgeClient,
  ArchiveName: string,
): Promise<ArchiveDescription | undefined> {
  const answer = await ifFound(client.send(new DescribeArchiveCommand({ ArchiveName })));
  return (
    answer && {
      state: answer.State || 'unknown',
      ...(answer.StateReason && { reason: answer.StateReason }),
      sourceArn: answer.EventSourceArn ?? '',
      retentionDays: answer.RetentionDays ?? 0,
      ...(answer.EventPattern && { pattern: answer.EventPattern }),
      events: answer.EventCount ?? 0,
      bytes: answer.SizeBytes ?? 0,
    }
  );
}

export function archiveName(archiveArn: string): string {
  return archiveArn.split('/').at(-1) ?? '';
}

/** The archive of a stack, to replay from. @throws CommandFailure if it does not exist, or keeps no events */
export async function findArchive(client: EventBridgeClient, stack: FoundStack): Promise<EventArchive> {
  const arn = requireOutput(stack, 'EventArchiveArn');
  const name = archiveName(arn);
  const found = await describeArchive(client, name);
  if (found === undefined) {
    throw new CommandFailure(
      `the archive ${name} does not exist any more, and its events are lost; to archive new events, ${RECREATE_HINT}`,
    );
  }
  const { state, reason, events, bytes, retentionDays } = found;
  if (UNUSABLE.has(state)) {
    throw new CommandFailure(`the archive ${name} is ${state}${reason ? ` (${reason})` : ''}; fix that first`);
  }
  const [busArn, busName] = [requireOutput(stack, 'EventBusArn'), requireOutput(stack, 'EventBusName')];
  return { name, arn, busArn, busName, events, bytes, retentionDays };
}
