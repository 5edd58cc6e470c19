import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { RequestMembers } from '../protocols/json-protocol.ts';
import { pageByName } from '../protocols/operations.ts';
import { filterLogEvents, getLogEvents } from './log-events.ts';
import { LOG_STREAM, type LogGroup, type LogGroups, logGroupName } from './log-groups.ts';

type Request = Readonly<Record<string, unknown>>;

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
  handle(operation: string, request: Request): object {
    switch (operation) {
      case 'FilterLogEvents':
        return filterLogEvents(this.#groupOf(request), request);
      case 'GetLogEvents':
        return getLogEvents(this.#groupOf(request), request);
      case 'DescribeLogGroups':
        return this.#describeGroups(request);
      case 'DescribeLogStreams':
        return this.#describeStreams(request);
      default:
        throw new AwsError('UnknownOperationException', `The local engine does not implement logs:${operation}.`);
    }
  }

  #describeGroups(request: Request): object {
    const members = membersOf(request);
    const prefix = members.text('logGroupNamePrefix', { most: 512 });
    const part = members.text('logGroupNamePattern', { least: 0, most: 512 });
    const limit = members.wholeNumber('limit', { least: 1, most: 50 }) ?? 50;
    const token = members.text('nextToken');
    if (prefix !== undefined && part !== undefined) {
      throw invalid('logGroupNamePrefix and logGroupNamePattern are mutually exclusive parameters.');
    }
    const found = this.#groups.list().filter(({ name }) => name.startsWith(prefix ?? '') && name.includes(part ?? ''));
    const { page, token: nextToken } = pageByName(found, ({ name }) => name, {
      token,
      limit,
      invalid: () => invalid('The specified nextToken is invalid.'),
    });
    return { logGroups: page.map((group) => this.#describe(group)), ...(nextToken !== undefined && { nextToken }) };
  }

  #describeStreams(request: Request): object {
    const members = membersOf(request);
    const prefix = members.text('logStreamNamePrefix', { most: 512 });
    const order = members.oneOf('orderBy', ['LogStreamName', 'LastEventTime']);
    members.wholeNumber('limit', { least: 1, most: 50 });
    if (order === 'LastEventTime' && prefix !== undefined) {
      throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const group = this.#groupOf(request);
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
  #groupOf(request: Request): LogGroup {
    const members = membersOf(request);
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

function membersOf(request: Request): RequestMembers {
  return new RequestMembers(request, 'InvalidParameterException');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
