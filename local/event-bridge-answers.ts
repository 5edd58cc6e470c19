import type { Archive } from './archive.ts';
import type { Rule } from './bus.ts';

/** As DescribeRule answers. */
export function describeRule({ name, arn, busName, pattern, isEnabled }: Rule): object {
  const State = isEnabled ? 'ENABLED' : 'DISABLED';
  // A template may hold the pattern as JSON text already.
  const EventPattern = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
  return { Name: name, Arn: arn, EventBusName: busName, EventPattern, State };
}

/** As DescribeArchive and ListArchives answer. */
export function describeArchive(archive: Archive): object {
  return {
    ArchiveName: archive.name,
    EventSourceArn: archive.busArn,
    State: 'ENABLED',
    RetentionDays: archive.retentionDays,
    EventCount: archive.events.length,
    SizeBytes: archive.sizeBytes,
  };
}
