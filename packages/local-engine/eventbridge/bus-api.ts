import { AwsError } from '../core/aws-error.ts';
import type { Archive } from './archive.ts';
import type { Bus, Buses } from './buses.ts';
import {
  ARCHIVE_NAME,
  busIn,
  type EventBridgeOperations,
  type EventBridgeRequest,
  invalid,
  membersOf,
  nameIn,
  optionalArn,
  pageOf,
  prefixIn,
} from './event-bridge-request.ts';

/** Source: EventBridge API reference, ListEventBuses. */
const BUS_NAME = { pattern: '[/\\.\\-_A-Za-z0-9]+', most: 256 };

const ARCHIVE_STATES = ['ENABLED', 'DISABLED', 'CREATING', 'UPDATING', 'CREATE_FAILED', 'UPDATE_FAILED'] as const;

/** Buses and archives by API. They come from templates: none can be created or removed here. */
export function busOperations(buses: Buses): EventBridgeOperations {
  return {
    ListEventBuses: (request) => {
      const prefix = prefixIn(request, BUS_NAME);
      const all = buses.all().filter(({ name }) => name.startsWith(prefix));
      const { items, more } = pageOf(request, all, ({ name }) => name);
      return { EventBuses: items.map(describeBus), ...more };
    },
    DescribeEventBus: (request) => describeBus(busIn(buses, request, 'Name')),
    ListArchives: (request) => {
      checkOneFilter('ListArchives', request);
      const prefix = prefixIn(request, ARCHIVE_NAME);
      const source = optionalArn(request, 'EventSourceArn');
      // All archives here are enabled.
      const state = membersOf(request).oneOf('State', ARCHIVE_STATES) ?? 'ENABLED';
      const sources = source === undefined ? buses.all() : [buses.get(source)];
      const all = sources
        .flatMap(({ archives }) => [...archives.values()])
        .filter(({ props }) => props.name.startsWith(prefix) && state === 'ENABLED');
      const { items, more } = pageOf(request, all, ({ props }) => props.name);
      return { Archives: items.map(describeArchive), ...more };
    },
    DescribeArchive: (request) => {
      const name = nameIn(request, 'ArchiveName', ARCHIVE_NAME);
      const archive = buses.archive(name);
      if (archive === undefined) throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
      const { arn, description, pattern } = archive.props;
      return {
        ArchiveArn: arn,
        ...describeArchive(archive),
        ...(description !== undefined && { Description: description }),
        ...(pattern !== undefined && { EventPattern: patternText(pattern) }),
      };
    },
  };
}

/** Recorded on AWS in December 2024. Times are in seconds since the Unix epoch. */
function describeBus({ name, arn, createdAt, modifiedAt, description }: Bus): object {
  return {
    Name: name,
    Arn: arn,
    ...(description !== undefined && { Description: description }),
    CreationTime: createdAt / 1000,
    LastModifiedTime: modifiedAt / 1000,
  };
}

/** As ListArchives answers. */
function describeArchive({ props, totals }: Archive): object {
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

/** A pattern as JSON text; a template may hold it as text already. */
export function patternText(pattern: unknown): string {
  return typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
}

/** Source: EventBridge API reference, ListArchives and ListReplays: their filters exclude each other. */
export function checkOneFilter(operation: string, { NamePrefix, State, EventSourceArn }: EventBridgeRequest): void {
  if ([NamePrefix, State, EventSourceArn].filter((filter) => filter !== undefined).length <= 1) return;
  throw invalid(`At most one filter is allowed for ${operation}. Use either : State, EventSourceArn, or NamePrefix.`);
}
