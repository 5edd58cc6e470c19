import { AwsError } from '../core/aws-error.ts';
import { RequestMembers } from '../protocols/request-members.ts';
import { MOST_BYTES, MOST_EVENTS, sizeOf } from './cloudwatch-logs-filter.ts';
import { LOG_STREAM, type LogGroup, type LogLine } from './log-group.ts';

/** `f/` goes on to later lines and `b/` to earlier ones, from behind the line with that id; without one, from the end of all. */
const TOKEN = /^([fb])\/(.*)$/;

/**
 * GetLogEvents: the lines of a stream in a range of time, which begins with `startTime` and ends before `endTime`. The last
 * page, in either direction, gives the token back that it was asked with.
 * @throws AwsError
 */
export function getLogEvents(group: LogGroup, request: Readonly<Record<string, unknown>>): object {
  const members = new RequestMembers(request, 'InvalidParameterException');
  if (members.requiredText('logStreamName') !== LOG_STREAM) {
    throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }
  const token = members.text('nextToken');
  const [, direction = request.startFromHead === true ? 'f' : 'b', place = ''] = TOKEN.exec(token ?? '') ?? [];
  if (token !== undefined && !(TOKEN.test(token) && (place === '' || group.lineIds.test(place)))) {
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
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
  throw new AwsError('InvalidParameterException', message);
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
