import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, type FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from '@jest/globals';
import { FailureReasons } from '../../../../operations/dead-letters/failure-reasons.ts';
import { deliveryFailure, foreignMessage, handlerFailure } from './fake-queue.ts';

const RESOURCES = [
  { ResourceType: 'AWS::Lambda::Function', LogicalResourceId: 'UriRecorderFunction8C3F47C9', PhysicalResourceId: 'f' },
  { ResourceType: 'AWS::Logs::LogGroup', LogicalResourceId: 'UriRecorderLogs0A1B2C3D', PhysicalResourceId: 'group-1' },
  {
    ResourceType: 'AWS::Logs::LogGroup',
    LogicalResourceId: 'UriRecorderLogsLogs0A1B2C3D',
    PhysicalResourceId: 'group-2',
  },
];

function line(timestamp: number, problem: string): FilteredLogEvent {
  return lineOf({ timestamp, problem });
}

function lineOf({
  timestamp,
  problem,
  ...ids
}: {
  timestamp: number;
  problem: string;
  eventId?: string;
  messageId?: string;
}) {
  return { timestamp, message: JSON.stringify({ level: 'ERROR', problem, hint: `fix ${problem}`, ...ids }) };
}

/** A stack with these resources, and a log that answers with these pages, or an error. */
function logs({ pages = [[]] as FilteredLogEvent[][], error = undefined as Error | undefined, resources = RESOURCES }) {
  const inputs: Record<string, unknown>[] = [];
  const cloudformation = new CloudFormationClient({ region: 'eu-west-1' });
  cloudformation.send = (async ({ input }: { input: { NextToken?: string } }) => {
    const index = Number(input.NextToken ?? 0);
    const NextToken = index + 1 < resources.length ? String(index + 1) : undefined;
    return { StackResourceSummaries: resources.slice(index, index + 1), NextToken };
  }) as never;
  const client = new CloudWatchLogsClient({ region: 'eu-west-1' });
  client.send = (async ({ input }: { input: { nextToken?: string } }) => {
    inputs.push({ ...input });
    if (error) throw error;
    const index = Number(input.nextToken ?? 0);
    return { events: pages[index], nextToken: index + 1 < pages.length ? String(index + 1) : undefined };
  }) as never;
  const clients = { of: (type: unknown) => (type === CloudFormationClient ? cloudformation : client) } as never;
  return { inputs, logs: new FailureReasons({ clients, stack: { name: 'stack', outputs: {} } }) };
}

describe('why an event could not be handled', () => {
  test('is what the function of that subscriber logged last about it', async () => {
    const pages = [[], [line(3000, 'second'), line(2000, 'first')], [], [line(4000, 'third')]];
    const given = logs({ pages });
    expect(await given.logs.find(handlerFailure('e1'), 'UriRecorder')).toEqual({
      at: 4000,
      problem: 'third',
      hint: 'fix third',
      line: line(4000, 'third').message,
    });
    expect(given.inputs[0]).toEqual({
      logGroupName: 'group-1',
      filterPattern: '{ $.eventId = "e1" && $.level = "ERROR" }',
      startTime: Date.parse('2026-11-22T09:00:00Z') - 60_000,
    });
    expect(given.inputs).toHaveLength(4);
  });

  test('of an event without metadata is found by the id of its message', async () => {
    const given = logs({ pages: [[line(1000, 'no metadata')]] });
    const bare = handlerFailure('m1', { detail: {} });
    expect(await given.logs.find(bare, 'UriRecorder')).toMatchObject({ problem: 'no metadata' });
    expect(given.inputs[0]).toMatchObject({ filterPattern: '{ $.messageId = "m1" && $.level = "ERROR" }' });
  });

  test('is unknown where nothing was logged', async () => {
    expect(await logs({}).logs.find(handlerFailure('e1'), 'UriRecorder')).toBeUndefined();
  });

  test('is unknown where the stack has no log for it', async () => {
    const given = logs({ pages: [[line(1, 'x')]] });
    expect(await given.logs.find(handlerFailure('e1'), 'BucketService')).toBeUndefined();
    expect(given.inputs).toEqual([]);
  });

  test.each([deliveryFailure('e1'), foreignMessage('e1')])(
    'is not looked for where no function had it',
    async (deadLetter) => {
      const given = logs({ pages: [[line(1, 'x')]] });
      expect(await given.logs.find(deadLetter, 'UriRecorder')).toBeUndefined();
      expect(given.inputs).toEqual([]);
    },
  );

  test('is not looked for by an id that would mean something to the search', async () => {
    const given = logs({ pages: [[line(1, 'x')]] });
    expect(await given.logs.find(handlerFailure('*'), 'UriRecorder')).toBeUndefined();
    expect(given.inputs).toEqual([]);
  });

  test('does not search without end', async () => {
    const given = logs({ pages: Array.from({ length: 1000 }, () => []) });
    expect(await given.logs.find(handlerFailure('e1'), 'UriRecorder')).toBeUndefined();
    expect(given.inputs).toHaveLength(50);
  });

  test('is left out, and said to be, where AWS does not let it be read', async () => {
    const error = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException', $metadata: {} });
    const given = logs({ error });
    expect(await given.logs.find(handlerFailure('e1'), 'UriRecorder')).toBeUndefined();
    expect(await given.logs.find(handlerFailure('e2'), 'UriRecorder')).toBeUndefined();
    expect([...given.logs.problems]).toEqual(['AccessDeniedException: not authorized']);
  });

  test('fails where AWS cannot be reached', async () => {
    const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    await expect(logs({ error }).logs.find(handlerFailure('e1'), 'UriRecorder')).rejects.toBe(error);
  });
});

describe('why many events could not be handled', () => {
  const { signal } = new AbortController();
  const FAILURES = ['e1', 'e2', 'e3', 'e4', 'e5'].map((id) => handlerFailure(id));
  const bare = handlerFailure('m6', { detail: {} });

  test('is found by one search', async () => {
    const pages = [
      [
        lineOf({ timestamp: 3000, problem: 'second', eventId: 'e1' }),
        lineOf({ timestamp: 2000, problem: 'first', eventId: 'e1' }),
      ],
      [
        lineOf({ timestamp: 2000, problem: 'no metadata', messageId: 'm6' }),
        lineOf({ timestamp: 1, problem: 'x', eventId: 'other' }),
      ],
    ];
    const given = logs({ pages });
    await given.logs.prepare([...FAILURES, bare], 'UriRecorder', signal);
    expect(given.inputs).toMatchObject([
      { filterPattern: '{ $.level = "ERROR" }', startTime: Date.parse('2026-11-22T09:00:00Z') - 60_000 },
      { nextToken: '1' },
    ]);
    expect(await given.logs.find(handlerFailure('e1'), 'UriRecorder')).toMatchObject({ at: 3000, problem: 'second' });
    expect(await given.logs.find(bare, 'UriRecorder')).toMatchObject({ problem: 'no metadata' });
    expect(await given.logs.find(handlerFailure('e2'), 'UriRecorder')).toBeUndefined();
    expect(given.inputs).toHaveLength(2);
  });

  test('is searched for one by one where the log is too long for that, but not without end', async () => {
    const given = logs({ pages: Array.from({ length: 1000 }, () => []) });
    await given.logs.prepare(FAILURES, 'UriRecorder', signal);
    expect(given.inputs).toHaveLength(50);
    for (let number = 0; number < 60; number++) await given.logs.find(handlerFailure(`e${number}`), 'UriRecorder');
    const own = given.inputs.filter(({ filterPattern }) => String(filterPattern).includes('eventId'));
    expect(own).toHaveLength(50 * 50);
  });

  test('is searched for one by one where there are few', async () => {
    const given = logs({});
    await given.logs.prepare(FAILURES.slice(1), 'UriRecorder', signal);
    expect(given.inputs).toEqual([]);
  });

  test('is left out, and said to be, where AWS does not let it be read', async () => {
    const error = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException', $metadata: {} });
    const given = logs({ error });
    await given.logs.prepare(FAILURES, 'UriRecorder', signal);
    expect([...given.logs.problems]).toEqual(['AccessDeniedException: not authorized']);
  });
});
