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
export function describeArchive({ props, totals }: Archive): object {
  return {
    ArchiveName: props.name,
    EventSourceArn: props.busArn,
    State: 'ENABLED',
    RetentionDays: props.retentionDays,
    EventCount: totals.events,
    SizeBytes: totals.bytes,
    CreationTime: totals.createdAt / 1000,
  };
}
