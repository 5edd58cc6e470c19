import { describe, expect, test } from '@jest/globals';
import { engineLogGroups } from '../../../../packages/local-engine/gateway/engine-logs.ts';
import { CloudWatchLogs } from '../../../../packages/local-engine/logs/cloudwatch-logs.ts';
import { LogLines } from '../../../../packages/local-engine/logs/log-lines.ts';
import { encodeToken } from '../../../../packages/local-engine/protocols/operations.ts';
import { allPages } from '../../../support/pages.ts';
import { ARCHIVE, ENTRY, makeEventBridge, rule } from '../support/event-bridge.ts';
import type { LogEvent } from '../support/logs.ts';
import { ACCOUNT } from '../support/parts.ts';

function engineLogs() {
  const made = makeEventBridge();
  const functionLogs = new LogLines(made);
  functionLogs.createGroup('/aws/lambda/service');
  const groups = engineLogGroups({ ...made, logs: functionLogs });
  const logs = new CloudWatchLogs({ account: ACCOUNT, groups });
  const filter = (logGroupName: string, request: object = {}) =>
    logs.handle('FilterLogEvents', { logGroupName, ...request }) as {
      events: readonly LogEvent[];
      nextToken?: string;
    };
  const lines = (logGroupName: string, request: object = {}) =>
    filter(logGroupName, request).events.map(({ message }) => JSON.parse(message));
  return { ...made, groups, logs, filter, lines };
}

describe('the journal as a log group', () => {
  const JOURNAL = '/local-engine/journal';

  test('given entries, each is a line of JSON at its time', () => {
    const { journal, filter } = engineLogs();
    journal.write('log', { functionName: 'a', line: 'x' });
    const [entry] = journal.entries();
    expect(filter(JOURNAL).events).toMatchObject([{ timestamp: entry?.at, message: JSON.stringify(entry) }]);
  });

  test('given a condition, a range and pages, they are as in any group', () => {
    const { journal, clock, filter, lines } = engineLogs();
    for (let index = 0; index < 10; index++) {
      journal.write(index % 2 === 0 ? 'log' : 'batch', { index });
      clock.skip(1000);
    }
    const times = journal.entries().map(({ at }) => at);
    const indices = (request: object) => lines(JOURNAL, request).map(({ index }) => index);
    expect(indices({ filterPattern: '{ $.hop = "batch" }' })).toEqual([1, 3, 5, 7, 9]);
    expect(indices({ startTime: times[3], endTime: times[5] })).toEqual([3, 4, 5]);
    expect(indices({ startTime: (times[9] ?? 0) + 1 })).toEqual([]);
    const { nextToken } = filter(JOURNAL, { limit: 4 });
    expect(indices({ limit: 4, nextToken })).toEqual([4, 5, 6, 7]);
  });

  test('given GetLogEvents, it gives the latest entries', () => {
    const { journal, logs } = engineLogs();
    for (let index = 0; index < 5; index++) journal.write('log', { index });
    const asked = { logGroupName: JOURNAL, logStreamName: 'local', limit: 2 };
    const latest = logs.handle('GetLogEvents', asked) as { events: LogEvent[]; nextBackwardToken: string };
    expect(latest.events.map(({ message }) => JSON.parse(message).index)).toEqual([3, 4]);
    const before = logs.handle('GetLogEvents', { ...asked, nextToken: latest.nextBackwardToken }) as typeof latest;
    expect(before.events.map(({ message }) => JSON.parse(message).index)).toEqual([1, 2]);
  });
});

describe('an archive as a log group', () => {
  const ALL = '/local-engine/archive/all';
  const AT = Date.parse('2026-11-22T10:00:00Z');

  function archived(count: number) {
    const made = engineLogs();
    made.events.addArchive(ARCHIVE);
    made.events.rules.deploy(rule('users', { pattern: { source: [ENTRY.Source] } }));
    for (let second = 0; second < count; second++) made.events.putEvents([{ ...ENTRY, Time: AT / 1000 + second }]);
    return made;
  }

  test('given an event, its line says what a replay of it would meet, at the time of the event', () => {
    const { filter, lines } = archived(1);
    expect(filter(ALL).events).toMatchObject([{ timestamp: AT }]);
    expect(lines(ALL)).toMatchObject([{ source: ENTRY.Source, time: '2026-11-22T10:00:00Z', rules: ['users'] }]);
  });

  test('given a range and pages, every event of it comes once', () => {
    const { filter } = archived(130);
    const request = { startTime: AT + 5000, endTime: AT + 125_000, limit: 50 };
    const found = allPages(
      (nextToken: string | undefined) => filter(ALL, { ...request, ...(nextToken !== undefined && { nextToken }) }),
      (page) => page.nextToken,
    ).flatMap(({ events }) => events);
    expect(found.map(({ timestamp }) => timestamp)).toEqual(
      Array.from({ length: 121 }, (_, second) => AT + (5 + second) * 1000),
    );
    expect(new Set(found.map(({ eventId }) => eventId)).size).toBe(121);
  });

  test('given GetLogEvents, it reads forwards alone, and says so', () => {
    const { logs } = archived(1);
    const asked = { logGroupName: ALL, logStreamName: 'local' };
    expect(logs.handle('GetLogEvents', { ...asked, startFromHead: true })).toMatchObject({
      events: [{ timestamp: AT }],
    });
    expect(() => logs.handle('GetLogEvents', asked)).toThrow(/can only be read forwards here/);
    expect(logs.handle('DescribeLogStreams', { logGroupName: ALL })).toMatchObject({
      logStreams: [{ logStreamName: 'local', firstEventTimestamp: AT }],
    });
  });

  test('given an archive that does not exist, there is no such group', () => {
    expect(() => archived(1).filter('/local-engine/archive/other')).toThrow('The specified log group does not exist.');
  });
});

test('given functions and an archive, all groups are listed', () => {
  const { events, groups } = engineLogs();
  events.addArchive(ARCHIVE);
  const names = ['/aws/lambda/service', '/local-engine/journal', '/local-engine/archive/all'];
  expect(groups.list().map(({ name }) => name)).toEqual(names);
});

test.each([
  { group: '/local-engine/journal', beyond: 'x' },
  { group: '/local-engine/journal', beyond: '1.5' },
  { group: '/local-engine/archive/all', beyond: 'nowhere' },
  { group: '/local-engine/archive/all', beyond: '.' },
  { group: '/aws/lambda/service', beyond: '7' },
])('given a token for $group that it never gave ($beyond), it is refused', ({ group, beyond }) => {
  const { events, logs, filter } = engineLogs();
  events.addArchive(ARCHIVE);
  const refused = expect.objectContaining({ code: 'InvalidParameterException', status: 400 });
  expect(() => filter(group, { nextToken: encodeToken({ group, beyond }) })).toThrow(refused);
  const get = { logGroupName: group, logStreamName: 'local', nextToken: `f/${beyond}` };
  expect(() => logs.handle('GetLogEvents', get)).toThrow(refused);
});
