import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { RequestMembers } from '../protocols/json-protocol.ts';
import { decodeToken, encodeToken, pageByName, unknownOperation } from '../protocols/operations.ts';
import { LOG_STREAM, type LogGroup, type LogGroups, type LogLine, logGroupName } from './log-groups.ts';
import { compileLogPattern, type LogMatcher, LogPatternError } from './log-pattern/log-pattern.ts';

/** CloudWatch Logs, read only: what functions log, and what only the engine knows. Source: CloudWatch Logs API reference. */
export class CloudWatchLogs {
  readonly #account: Account;
  readonly #groups: LogGroups;

  constructor({ account, groups }: { account: Account; groups: LogGroups }) {
    this.#account = account;
    this.#groups = groups;
  }

  /**
   * One API call.
   * @param operation such as `FilterLogEvents`
   * @throws AwsError what CloudWatch Logs would answer
   */
  handle(operation: string, request: Readonly<Record<string, unknown>>): object {
    const members = new RequestMembers(request, 'InvalidParameterException');
    switch (operation) {
      case 'FilterLogEvents':
        return filterLogEvents(this.#groupOf(members), members);
      case 'GetLogEvents':
        return getLogEvents(this.#groupOf(members), members, request.startFromHead === true);
      case 'DescribeLogGroups':
        return this.#describeGroups(members);
      case 'DescribeLogStreams':
        return this.#describeStreams(members);
      default:
        throw unknownOperation('logs', operation);
    }
  }

  #describeGroups(members: RequestMembers): object {
    const prefix = members.text('logGroupNamePrefix', { most: 512 });
    const part = members.text('logGroupNamePattern', { least: 0, most: 512 });
    const limit = members.wholeNumber('limit', { least: 1, most: 50 }) ?? 50;
    const token = members.text('nextToken');
    if (prefix !== undefined && part !== undefined) {
      throw invalid('logGroupNamePrefix and logGroupNamePattern are mutually exclusive parameters.');
    }
    const found = this.#groups.list().filter(({ name }) => name.startsWith(prefix ?? '') && name.includes(part ?? ''));
    const { page, token: nextToken } = pageByName(found, ({ name }) => name, { token, limit, invalid: invalidToken });
    return { logGroups: page.map((group) => this.#describe(group)), ...(nextToken !== undefined && { nextToken }) };
  }

  #describeStreams(members: RequestMembers): object {
    const prefix = members.text('logStreamNamePrefix', { most: 512 });
    const order = members.oneOf('orderBy', ['LogStreamName', 'LastEventTime']);
    members.wholeNumber('limit', { least: 1, most: 50 });
    if (order === 'LastEventTime' && prefix !== undefined) {
      throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const group = this.#groupOf(members);
    const everything = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1 };
    const [first] = group.read(everything);
    if (first === undefined || !LOG_STREAM.startsWith(prefix ?? '')) return { logStreams: [] };
    const last = group.readBackwards?.(everything)[0];
    const arn = `${this.#arnOf(group)}:log-stream:${LOG_STREAM}`;
    const times = { creationTime: group.createdAt, firstEventTimestamp: first.at };
    const latest = last && { lastEventTimestamp: last.at, lastIngestionTime: last.at };
    return { logStreams: [{ logStreamName: LOG_STREAM, arn, storedBytes: 0, ...times, ...latest }] };
  }

  #describe(group: LogGroup): object {
    const { name: logGroupName, createdAt: creationTime } = group;
    const logGroupArn = this.#arnOf(group);
    const more = { metricFilterCount: 0, storedBytes: 0, logGroupClass: 'STANDARD' };
    return { logGroupName, creationTime, arn: `${logGroupArn}:*`, logGroupArn, ...more };
  }

  #arnOf({ name }: LogGroup): string {
    return arnOf(this.#account, 'logs', `log-group:${name}`);
  }

  /** @throws AwsError if there is none, or the request does not say which, or says it twice */
  #groupOf(members: RequestMembers): LogGroup {
    const name = members.text('logGroupName', { most: 512 });
    const identifier = members.text('logGroupIdentifier', { most: 2048 });
    if ((name === undefined) === (identifier === undefined)) {
      throw invalid('Exactly one of logGroupName and logGroupIdentifier must be given.');
    }
    const group = this.#groups.find(name ?? logGroupName(identifier ?? ''));
    if (group !== undefined) return group;
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

function invalidToken(): AwsError {
  return invalid('The specified nextToken is invalid.');
}

/** Of one page. Source: CloudWatch Logs API reference, FilterLogEvents. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 2 ** 20;

/** An event's size is that of its message plus this. Source: API reference, PutLogEvents. */
const BYTES_BESIDE_MESSAGE = 26;

/** Lines that one call searches, so that a search for something rare does not block other calls. The next call continues. */
const LINES_SEARCHED = 10_000;

/** Lines that are read at a time. */
const CHUNK = 500;

interface Search {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly isWanted: LogMatcher;
  /** Id of the line after which it continues. */
  readonly beyond: string | undefined;
}

/**
 * FilterLogEvents: the lines of a range of time that match a pattern. Both ends belong to the range. A page may be empty and
 * yet have a token for the next one.
 * @throws AwsError
 */
function filterLogEvents(group: LogGroup, members: RequestMembers): object {
  const names = members.texts('logStreamNames', { most: 100 });
  const prefix = members.text('logStreamNamePrefix', { most: 512 });
  if (names !== undefined && prefix !== undefined) {
    throw invalid('Give logStreamNames or logStreamNamePrefix, not both.');
  }
  const token = members.text('nextToken');
  const search = {
    from: members.wholeNumber('startTime') ?? 0,
    to: members.wholeNumber('endTime') ?? Number.MAX_SAFE_INTEGER,
    limit: members.wholeNumber('limit', { least: 1, most: MOST_EVENTS }) ?? MOST_EVENTS,
    isWanted: matcherOf(members.text('filterPattern', { least: 0, most: 1024 }) ?? ''),
    beyond: token === undefined ? undefined : placeIn(token, group),
  };
  if (search.from > search.to) {
    throw invalid('End time should not be before the start time.');
  }
  if (!(names?.includes(LOG_STREAM) ?? LOG_STREAM.startsWith(prefix ?? '')))
    return { events: [], searchedLogStreams: [] };
  const { found, next } = searchLines(group, search);
  return {
    events: found.map(({ at, message, id }) => ({
      logStreamName: LOG_STREAM,
      timestamp: at,
      message,
      ingestionTime: at,
      eventId: id,
    })),
    searchedLogStreams: [],
    ...(next !== undefined && { nextToken: encodeToken({ group: group.name, beyond: next }) }),
  };
}

/** The lines found, and the line after which to continue; undefined when all were searched. */
function searchLines(group: LogGroup, search: Search): { found: readonly LogLine[]; next: string | undefined } {
  const { from, to, limit, isWanted } = search;
  const found: LogLine[] = [];
  let { beyond } = search;
  let bytes = 0;
  for (let searched = 0; searched < LINES_SEARCHED; searched += CHUNK) {
    const lines = group.read({ from, to, limit: CHUNK, ...(beyond !== undefined && { beyond }) });
    for (const line of lines) {
      if (isWanted(line)) {
        bytes += sizeOf(line);
        if (found.length === limit || (bytes > MOST_BYTES && found.length > 0)) return { found, next: beyond };
        found.push(line);
      }
      beyond = line.id;
    }
    if (lines.length < CHUNK) return { found, next: undefined };
  }
  return { found, next: beyond };
}

/** Bytes of a line in an answer. */
function sizeOf({ message }: LogLine): number {
  return Buffer.byteLength(message) + BYTES_BESIDE_MESSAGE;
}

function matcherOf(pattern: string): LogMatcher {
  try {
    return compileLogPattern(pattern);
  } catch (error) {
    if (error instanceof LogPatternError) throw invalid(error.message);
    throw error;
  }
}

function placeIn(token: string, group: LogGroup): string {
  const { group: name, beyond } = (decodeToken(token) ?? {}) as { group?: unknown; beyond?: unknown };
  if (name === group.name && typeof beyond === 'string' && group.lineIds.test(beyond)) return beyond;
  throw invalidToken();
}

/** `f/` continues with later lines and `b/` with earlier ones, from the line with that id; without an id, from the end. */
const TOKEN = /^([fb])\/(.*)$/;

/**
 * GetLogEvents: the lines of a stream in a range of time, which begins with `startTime` and ends before `endTime`. The last
 * page, in either direction, gives the token back that it was asked with.
 * @throws AwsError
 */
function getLogEvents(group: LogGroup, members: RequestMembers, startsFromHead: boolean): object {
  if (members.requiredText('logStreamName') !== LOG_STREAM) {
    throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }
  const token = members.text('nextToken');
  const [, direction = startsFromHead ? 'f' : 'b', place = ''] = TOKEN.exec(token ?? '') ?? [];
  if (token !== undefined && !(TOKEN.test(token) && (place === '' || group.lineIds.test(place)))) {
    throw invalidToken();
  }
  const range = {
    from: members.wholeNumber('startTime') ?? 0,
    to: (members.wholeNumber('endTime') ?? Number.MAX_SAFE_INTEGER) - 1,
    limit: members.wholeNumber('limit', { least: 1, most: MOST_EVENTS }) ?? MOST_EVENTS,
    ...(place !== '' && { beyond: place }),
  };
  const lines = direction === 'f' ? fitting(group.read(range)) : fitting(backwards(group)(range)).reverse();
  return {
    events: lines.map(({ at, message }) => ({ timestamp: at, message, ingestionTime: at })),
    nextForwardToken: `f/${lines.at(-1)?.id ?? place}`,
    nextBackwardToken: `b/${lines[0]?.id ?? place}`,
  };
}

function backwards({ name, readBackwards }: LogGroup): NonNullable<LogGroup['readBackwards']> {
  if (readBackwards !== undefined) return readBackwards;
  const message = `${name} can only be read forwards here: ask with startFromHead, or call FilterLogEvents.`;
  throw invalid(message);
}

/** As many lines as an answer may hold, at least one. */
function fitting(lines: readonly LogLine[]): LogLine[] {
  let bytes = 0;
  const end = lines.findIndex((line, index) => {
    bytes += sizeOf(line);
    return bytes > MOST_BYTES && index > 0;
  });
  return lines.slice(0, end === -1 ? undefined : end);
}
