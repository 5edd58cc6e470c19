import { describe, expect, test } from '@jest/globals';
import { GROUP, makeLogs } from '../support/logs.ts';

const ARN = `arn:aws:logs:ap-northeast-1:111122223333:log-group:${GROUP}`;

describe('DescribeLogGroups', () => {
  const namesOf = (answer: object) =>
    (answer as { logGroups: readonly { logGroupName: string }[] }).logGroups.map(({ logGroupName }) => logGroupName);

  test('given a group without lines, it is there', () => {
    const { logs, lines } = makeLogs();
    expect(logs.handle('DescribeLogGroups', {})).toEqual({
      logGroups: [
        {
          logGroupName: GROUP,
          creationTime: lines.find(GROUP)?.createdAt,
          arn: `${ARN}:*`,
          logGroupArn: ARN,
          metricFilterCount: 0,
          storedBytes: 0,
          logGroupClass: 'STANDARD',
        },
      ],
    });
  });

  test.each([
    { request: {}, names: ['/a/one', '/a/two', GROUP, '/b/one'] },
    { request: { logGroupNamePrefix: '/a/' }, names: ['/a/one', '/a/two'] },
    { request: { logGroupNamePattern: 'one' }, names: ['/a/one', '/b/one'] },
    { request: { logGroupNamePrefix: '/c' }, names: [] },
  ])('given $request, it gives $names, sorted', ({ request, names }) => {
    const { logs, lines } = makeLogs();
    for (const name of ['/b/one', '/a/two', '/a/one']) lines.createGroup(name);
    expect(namesOf(logs.handle('DescribeLogGroups', { ...request }))).toEqual(names);
  });

  test('given more than a page, a token leads through the rest, also when groups come meanwhile', () => {
    const { logs, lines } = makeLogs();
    for (let group = 0; group < 60; group++) lines.createGroup(`/many/${String(group).padStart(2, '0')}`);
    const first = logs.handle('DescribeLogGroups', { logGroupNamePrefix: '/many' }) as { nextToken?: string };
    expect(namesOf(first)).toHaveLength(50);
    lines.createGroup('/many/00a');
    const rest = logs.handle('DescribeLogGroups', { logGroupNamePrefix: '/many', nextToken: first.nextToken });
    expect(namesOf(rest)).toEqual(Array.from({ length: 10 }, (_, group) => `/many/${50 + group}`));
    expect(rest).not.toHaveProperty('nextToken');
  });

  test.each([
    { request: { limit: 51 }, says: 'less than or equal to 50' },
    { request: { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' }, says: 'mutually exclusive' },
    { request: { nextToken: 'mine' }, says: 'nextToken is invalid' },
  ])('given $request, it is refused', ({ request, says }) => {
    const { code, message } = makeLogs().refusal('DescribeLogGroups', request);
    expect([code, message]).toEqual(['InvalidParameterException', expect.stringContaining(says)]);
  });
});

describe('DescribeLogStreams', () => {
  test('given lines, it lists the one stream, with its first and last time', () => {
    const { logs, lines, clock, filter } = makeLogs();
    expect(logs.handle('DescribeLogStreams', { logGroupName: GROUP })).toEqual({ logStreams: [] });
    lines.write(GROUP, 'first');
    clock.skip(1000);
    lines.write(GROUP, 'last');
    const [first, last] = filter().events.map(({ timestamp }) => timestamp);
    const streams = logs.handle('DescribeLogStreams', { logGroupIdentifier: ARN, orderBy: 'LastEventTime' });
    expect(streams).toMatchObject({
      logStreams: [
        {
          logStreamName: 'local',
          arn: `${ARN}:log-stream:local`,
          firstEventTimestamp: first,
          lastEventTimestamp: last,
        },
      ],
    });
    const others = logs.handle('DescribeLogStreams', { logGroupName: GROUP, logStreamNamePrefix: 'x' });
    expect(others).toEqual({ logStreams: [] });
  });

  test.each([
    { request: { orderBy: 'Size' }, code: 'InvalidParameterException' },
    { request: { orderBy: 'LastEventTime', logStreamNamePrefix: 'a' }, code: 'InvalidParameterException' },
    { request: { logGroupName: '/none' }, code: 'ResourceNotFoundException' },
  ])('given $request, the code is $code', ({ request, code }) => {
    expect(makeLogs().refusal('DescribeLogStreams', { logGroupName: GROUP, ...request }).code).toBe(code);
  });
});

describe('GetLogEvents', () => {
  interface Page {
    readonly events: readonly { message: string; timestamp: number }[];
    readonly nextForwardToken: string;
    readonly nextBackwardToken: string;
  }

  function logsOf(count: number) {
    const made = makeLogs();
    for (let line = 0; line < count; line++) {
      made.lines.write(GROUP, `${line}`);
      made.clock.skip(1000);
    }
    const get = (request: object = {}) =>
      made.logs.handle('GetLogEvents', { logGroupName: GROUP, logStreamName: 'local', ...request }) as Page;
    const messages = (request: object = {}) => get(request).events.map(({ message }) => message);
    return { ...made, get, messages };
  }

  test('given no direction, it gives the latest lines, in order', () => {
    const { messages } = logsOf(5);
    expect(messages({ limit: 2 })).toEqual(['3', '4']);
    expect(messages({ limit: 2, startFromHead: true })).toEqual(['0', '1']);
    expect(messages()).toEqual(['0', '1', '2', '3', '4']);
  });

  test('given its tokens, they lead both ways, until the same token comes back', () => {
    const { get, messages } = logsOf(5);
    const last = get({ limit: 2 });
    expect(messages({ limit: 2, nextToken: last.nextBackwardToken })).toEqual(['1', '2']);
    const first = get({ limit: 2, startFromHead: true });
    expect(messages({ limit: 9, startFromHead: true, nextToken: first.nextForwardToken })).toEqual(['2', '3', '4']);
    for (const nextToken of [last.nextForwardToken, first.nextBackwardToken]) {
      const page = get({ nextToken });
      expect(page.events).toEqual([]);
      expect([page.nextForwardToken, page.nextBackwardToken]).toContain(nextToken);
    }
  });

  test('given an empty stream, its token leads to what comes later', () => {
    const { get, lines, messages } = logsOf(0);
    const { nextForwardToken: nextToken } = get();
    lines.write(GROUP, 'later');
    expect(messages({ nextToken })).toEqual(['later']);
  });

  test('given a range, the line of its end does not belong to it', () => {
    const { get, messages } = logsOf(3);
    const [first, , last] = get().events.map(({ timestamp }) => timestamp);
    expect(messages({ startTime: first, endTime: last })).toEqual(['0', '1']);
  });

  test('given more than a megabyte, a page ends before it', () => {
    const { lines, messages } = logsOf(0);
    for (const name of ['a', 'b', 'c']) lines.write(GROUP, name.padEnd(400_000, '.'));
    expect(messages().map((message) => message[0])).toEqual(['b', 'c']);
    expect(messages({ startFromHead: true }).map((message) => message[0])).toEqual(['a', 'b']);
  });

  test.each([
    { request: { logStreamName: 'other' }, code: 'ResourceNotFoundException' },
    { request: { logStreamName: undefined }, code: 'InvalidParameterException' },
    { request: { nextToken: 'f/somewhere' }, code: 'InvalidParameterException' },
    { request: { nextToken: 'b/1' }, code: 'InvalidParameterException' },
    { request: { nextToken: 'x/1' }, code: 'InvalidParameterException' },
    { request: { limit: 10_001 }, code: 'InvalidParameterException' },
    { request: { logGroupName: '/none' }, code: 'ResourceNotFoundException' },
  ])('given $request, the code is $code', ({ request, code }) => {
    const given = { logGroupName: GROUP, logStreamName: 'local', ...request };
    expect(makeLogs().refusal('GetLogEvents', given).code).toBe(code);
  });
});

test('given an operation that it does not have, it says so', () => {
  expect(makeLogs().refusal('PutLogEvents', {})).toMatchObject({
    code: 'UnknownOperationException',
    message: 'The local engine does not implement logs:PutLogEvents.',
  });
});
