import { describe, expect, test } from '@jest/globals';
import { JOURNAL_LOG_GROUP, type JournalEntry } from '../../../../operations/journal/journal.ts';
import { describeHop } from '../../../../operations/trace/describe-hop.ts';
import type { SearchLogs } from '../../../../operations/trace/log-search.ts';
import { TraceReader, type TraceRequest } from '../../../../operations/trace/read-trace.ts';
import { FakeLogs } from './fake-logs.ts';
import {
  event,
  journal,
  provisioned,
  recorded,
  registered,
  row,
  STACK,
  START,
  type Step,
  told,
  traced,
} from './journal-entries.ts';

const resource = (type: string, logicalId: string, physicalId: string) => ({ type, logicalId, physicalId });
const RESOURCES = [
  resource('AWS::Logs::LogGroup', 'BucketServiceLogs0A1B2C3D', 'bucket-logs'),
  resource('AWS::Logs::LogGroup', 'UriRecorderLogs0A1B2C3D', 'uri-logs'),
  resource('AWS::Logs::LogGroup', 'RegistrationPipeLogs0A1B2C3D', 'pipe-logs'),
  resource('AWS::Lambda::Function', 'BucketServiceFunction0A1B2C3D', 'bucket-function'),
  resource('AWS::Lambda::Function', 'UriRecorderFunction0A1B2C3D', 'uri-function'),
];
/** Ids that have a meaning in patterns, in JSON, or both. */
const IDS = ['alice', 'al"ice', 'al\\ice', '*', '%ali*%', '김민지', 'a', '{"S":"x"}', 'line\nfeed', ' '];

const whole = (userId: string, correlationId?: string) => [
  ...registered(userId, correlationId),
  ...provisioned(userId, correlationId),
  ...recorded(userId, correlationId),
];
const asLines = (entries: readonly JournalEntry[]) =>
  entries.map((entry): [number, string] => [entry.at, JSON.stringify(entry)]);
const reading = (userId: string, isLocal: boolean): TraceRequest => {
  return {
    user: { userId, userIdAttribute: 'id' },
    stack: STACK,
    resources: RESOURCES,
    isLocal,
    takers: async () => [],
  };
};
const read = (logs: FakeLogs, userId: string, from = 0) =>
  new TraceReader(logs.search, reading(userId, true)).readAll(from);
const readOnAws = (logs: FakeLogs, userId: string) => new TraceReader(logs.search, reading(userId, false)).readAll(0);
const line = (at: number, fields: object): [number, string] => [START + at, JSON.stringify(fields)];

describe('on the local engine', () => {
  const steps: Step[] = IDS.flatMap((userId, index) => whole(userId, `record-${index}`));

  test.each(IDS)(
    'given the user %j among others, then all hops of that user are found, and no others',
    async (userId) => {
      const logs = new FakeLogs({ [JOURNAL_LOG_GROUP]: asLines(journal(...steps)), 'bucket-logs': [], 'uri-logs': [] });
      const { registrations, hasJournal, logsOf } = await read(logs, userId);
      expect(hasJournal).toBe(true);
      expect(logsOf).toEqual(['bucket-service', 'uri-recorder']);
      expect(registrations.map(({ correlationId }) => correlationId)).toEqual([`record-${IDS.indexOf(userId)}`]);
      expect(registrations[0]?.hops).toHaveLength(19);
      expect(registrations).toEqual(traced(userId, journal(...steps)));
    },
  );

  test('given marks that touch a registration, then they are found, and the rest is read from the row of the user on', async () => {
    const skip: Step = ['lab', { action: 'skip', ms: 60_000 }];
    const stopped: Step = ['pipe-state', { state: 'STOPPED', pipe: 'registrations-pipe' }];
    const entries = journal(stopped, skip, ...whole('bob'), ...registered('alice'), skip);
    const logs = new FakeLogs({ [JOURNAL_LOG_GROUP]: asLines(entries), 'bucket-logs': [], 'uri-logs': [] });
    const { registrations } = await read(logs, 'alice');
    const marks = registrations.flatMap(told).filter((line) => line.startsWith('lab: '));
    expect(marks).toEqual(['lab: the pipe is stopped', 'lab: time is skipped: 60 s']);
    const written = entries.find(({ eventId }) => eventId === 'r-alice')?.at;
    const rounds = logs.asked.filter(({ group }) => group === JOURNAL_LOG_GROUP).map(({ from }) => from);
    expect([...new Set(rounds)]).toEqual([0, written]);
  });

  test('given marks and no entry of the user, then there is nothing', async () => {
    const skip: Step = ['lab', { action: 'skip', ms: 60_000 }];
    const logs = new FakeLogs({ [JOURNAL_LOG_GROUP]: asLines(journal(skip)) });
    expect(await read(logs, 'alice')).toMatchObject({ registrations: [], hasJournal: true });
  });

  test('given an event of a row that is older than the journal, then it is found, whatever else it tells', async () => {
    const repair = { type: 'BucketCreated', userId: 'alice', correlationId: 'repair', id: 'b' } as const;
    const entries = journal(event({ ...repair, bucketUri: 's3://alice' }));
    const { registrations } = await read(new FakeLogs({ [JOURNAL_LOG_GROUP]: asLines(entries) }), 'alice');
    expect(registrations.flatMap(told)).toEqual(['bus: BucketCreated from bucket-service, event b']);
  });

  test('given a row that is older than the journal, then nothing is searched for that all lines contain', async () => {
    const steps = [...whole('bob'), row('alice', 'change', 'MODIFY')];
    const logs = new FakeLogs({ [JOURNAL_LOG_GROUP]: asLines(journal(...steps)), 'bucket-logs': [], 'uri-logs': [] });
    expect((await read(logs, 'alice')).registrations.flatMap(told)).toEqual(['users table: the row is changed']);
    expect(logs.asked.flatMap(({ patterns }) => patterns).filter((each) => /(?:\?|= )""/.test(each))).toEqual([]);
  });

  test('given an engine without a journal, then there is nothing', async () => {
    const logs = new FakeLogs({ 'bucket-logs': [], 'uri-logs': [] });
    expect(await read(logs, 'alice')).toMatchObject({ registrations: [], hasJournal: false });
  });

  test('given a long journal, then little more is read of it than what is wanted', async () => {
    const many = Array.from({ length: 200 }, (_, index) => whole(`user-${100 + index}`));
    const logs = new FakeLogs({ [JOURNAL_LOG_GROUP]: asLines(journal(...many.flat())) });
    const { registrations } = await read(logs, 'user-119');
    expect(registrations[0]?.hops).toHaveLength(19);
    // Each round finds again some of what the one before has found.
    expect(logs.given).toBeLessThan(60);
    const rounds = logs.asked.filter(({ group }) => group === JOURNAL_LOG_GROUP);
    expect(rounds.length).toBeLessThanOrEqual(5);
    expect(rounds.slice(1).map(({ from }) => from > START)).not.toContain(false);
  });

  test('given a time, then nothing older is asked for', async () => {
    const logs = new FakeLogs({
      [JOURNAL_LOG_GROUP]: asLines(journal(...whole('alice'))),
      'bucket-logs': [],
      'uri-logs': [],
    });
    const { registrations } = await read(logs, 'alice', START + 10);
    expect(Math.min(...logs.asked.map(({ from }) => from))).toBe(START + 10);
    expect(registrations[0]?.hops[0]?.at).toBeGreaterThanOrEqual(START + 10);
  });

  test('given lines that the journal has, and older ones that it has no more, then each is shown once, in its place', async () => {
    const keys = { userId: 'alice', correlationId: 'r-alice' };
    const known = provisioned('alice').find(([hop]) => hop === 'log')?.[1]?.line as string;
    const entries = journal(...registered('alice'), ...provisioned('alice'));
    const logs = new FakeLogs({
      [JOURNAL_LOG_GROUP]: asLines(entries),
      'bucket-logs': [line(-5, { level: 'INFO', message: 'older', ...keys }), [START + 18, known]],
    });
    const { registrations } = await read(logs, 'alice');
    const lines = registrations.map(({ hops }) =>
      hops.filter(({ hop }) => hop === 'log').map((hop) => describeHop(hop)),
    );
    expect(lines).toEqual([
      [
        ['bucket-service', 'logs INFO  older'],
        ['bucket-service', 'logs INFO  bucket created'],
      ],
    ]);
  });
});

describe('on AWS, where there is no journal', () => {
  const keys = (correlationId: string) => ({ correlationId, function_request_id: `q-${correlationId}` });
  const report = (requestId: string, record: object) => ({ type: 'platform.report', record: { requestId, ...record } });
  const alice = { userId: 'alice' };

  test('given lines of several registrations and functions, then they are separated, each merged by time', async () => {
    const logs = new FakeLogs({
      'bucket-logs': [
        line(0, { level: 'INFO', message: 'one', ...alice, ...keys('first') }),
        line(3, { level: 'INFO', message: 'other user', userId: 'alicia', ...keys('third') }),
        line(5, { level: 'INFO', message: 'two', ...alice, ...keys('second') }),
      ],
      'uri-logs': [line(1, { level: 'INFO', message: 'more of one', ...alice, ...keys('first') })],
    });
    const { registrations, hasJournal, logsOf } = await readOnAws(logs, 'alice');
    expect(hasJournal).toBe(false);
    expect(logsOf).toEqual(['bucket-service', 'uri-recorder']);
    expect(registrations.map((each) => [each.correlationId, ...told(each)])).toEqual([
      ['first', 'bucket-service: logs INFO  one', 'uri-recorder: logs INFO  more of one'],
      ['second', 'bucket-service: logs INFO  two'],
    ]);
  });

  test('given lines of functions between each other, then they are in the order of their times', async () => {
    const one = (at: number, message: string) => line(at, { level: 'INFO', message, ...alice, ...keys('first') });
    const logs = new FakeLogs({
      'bucket-logs': [one(0, 'a'), one(4, 'e'), line(2, { level: 'INFO', message: 'c', ...keys('first') })],
      'uri-logs': [one(1, 'b'), one(3, 'd')],
    });
    const { registrations } = await readOnAws(logs, 'alice');
    expect(registrations[0]?.hops.map((hop) => describeHop(hop)[1].slice(-1))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('then no journal is read, because there is no permission for it', async () => {
    const logs = new FakeLogs({ [JOURNAL_LOG_GROUP]: [], 'bucket-logs': [] });
    expect((await readOnAws(logs, 'alice')).hasJournal).toBe(false);
    expect(logs.asked.map(({ group }) => group)).not.toContain(JOURNAL_LOG_GROUP);
  });

  test('given a line of a correlation id that does not name the user, then it is found as well', async () => {
    const logs = new FakeLogs({
      'bucket-logs': [
        line(0, { level: 'INFO', message: 'one', ...alice, ...keys('first') }),
        line(1, { level: 'INFO', message: 'without a name', ...keys('first') }),
      ],
    });
    const { registrations } = await readOnAws(logs, 'alice');
    expect(registrations[0]?.hops.map((hop) => describeHop(hop)[1])).toEqual([
      'logs INFO  one',
      'logs INFO  without a name',
    ]);
  });

  test.each([
    [{ status: 'timeout', metrics: { durationMs: 10_000 } }, 'its function times out after 10 s'],
    [
      { status: 'failure', errorType: 'Runtime.ExitError', metrics: { durationMs: 5 } },
      'its function crashes after 5 ms: Runtime.ExitError',
    ],
    [
      { status: 'error', errorType: 'TypeError', metrics: { durationMs: 5 } },
      'its function fails after 5 ms: TypeError',
    ],
    [{ status: 'success', metrics: { durationMs: 5 } }, 'its function is done after 5 ms'],
  ])('given what Lambda reports of the invocation, %j, then: %s', async (record, text) => {
    const logs = new FakeLogs({
      'bucket-logs': [
        line(0, { level: 'INFO', message: 'begun', ...alice, ...keys('first') }),
        line(9, report('q-first', record)),
        line(9, report('q-another', record)),
      ],
    });
    const { registrations } = await readOnAws(logs, 'alice');
    expect(registrations[0]?.hops.map((hop) => describeHop(hop)[1])).toEqual(['logs INFO  begun', text]);
  });

  test('given log groups that are not there, then there is nothing, and no log is said to be read', async () => {
    expect(await readOnAws(new FakeLogs({}), 'alice')).toEqual({
      registrations: [],
      hasJournal: false,
      logsOf: [],
      unread: [],
    });
  });

  test('given a log that may not be read, then the others are shown, and why it is left out', async () => {
    const logs = new FakeLogs({ 'uri-logs': [line(1, { level: 'INFO', message: 'one', ...alice, ...keys('first') })] });
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    const search: SearchLogs = (group, ...rest) =>
      group === 'uri-logs' ? logs.search(group, ...rest) : Promise.reject(denied);
    const { registrations, logsOf, unread } = await new TraceReader(search, reading('alice', false)).readAll(0);
    expect(registrations[0]?.hops.map((hop) => describeHop(hop)[1])).toEqual(['logs INFO  one']);
    expect(logsOf).toEqual(['uri-recorder']);
    expect(unread).toEqual([{ subscriber: 'bucket-service', problem: 'not authorized' }]);
  });

  test('given another error of a log, then there is no trace', async () => {
    const search = () => Promise.reject(new Error('ThrottlingException'));
    await expect(new TraceReader(search, reading('alice', false)).readAll(0)).rejects.toThrow('ThrottlingException');
  });

  test('given lines that are no JSON, or of metrics, then they are passed over', async () => {
    const logs = new FakeLogs({
      'bucket-logs': [
        [START, 'alice first'],
        line(0, { _aws: {}, ...alice, ...keys('first') }),
        line(1, { level: 'INFO', message: 'one', ...alice, ...keys('first') }),
      ],
    });
    const { registrations } = await readOnAws(logs, 'alice');
    expect(registrations[0]?.hops.map((hop) => describeHop(hop)[1])).toEqual(['logs INFO  one']);
  });
});
