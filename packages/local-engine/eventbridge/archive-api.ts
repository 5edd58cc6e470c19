import { AwsError } from '../core/aws-error.ts';
import type { Buses } from './buses.ts';
import { describeArchive, patternText } from './event-bridge-answers.ts';
import {
  ARCHIVE_NAME,
  invalid,
  membersOf,
  nameIn,
  type Operations,
  optionalArn,
  pageOf,
  prefixIn,
  type Request,
} from './event-bridge-request.ts';

const STATES = ['ENABLED', 'DISABLED', 'CREATING', 'UPDATING', 'CREATE_FAILED', 'UPDATE_FAILED'] as const;

/** Archives by API. They come from templates, so that none can be made or removed here. */
export function archiveOperations(buses: Buses): Operations {
  return {
    ListArchives: (request) => {
      checkOneFilter('ListArchives', request);
      const prefix = prefixIn(request, ARCHIVE_NAME);
      const source = optionalArn(request, 'EventSourceArn');
      // All archives here are enabled.
      const state = membersOf(request).oneOf('State', STATES) ?? 'ENABLED';
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

/** Source: EventBridge API reference, ListArchives and ListReplays: their filters exclude each other. */
export function checkOneFilter(operation: string, { NamePrefix, State, EventSourceArn }: Request): void {
  if ([NamePrefix, State, EventSourceArn].filter((filter) => filter !== undefined).length <= 1) return;
  throw invalid(`At most one filter is allowed for ${operation}. Use either : State, EventSourceArn, or NamePrefix.`);
}
