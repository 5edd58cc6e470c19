import type { Archive } from './archive.ts';
import type { Rule } from './bus.ts';

/** As DescribeRule answers. */
export function describeRule({ name, arn, busName, pattern, isEnabled, description }: Rule): object {
  return {
    Name: name,
    Arn: arn,
    EventBusName: busName,
    EventPattern: patternText(pattern),
    State: isEnabled ? 'ENABLED' : 'DISABLED',
    ...(description !== undefined && { Description: description }),
  };
}

/** As ListArchives answers. */
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

/** A template may hold a pattern as JSON text already. */
export function patternText(pattern: unknown): string {
  return typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
}
