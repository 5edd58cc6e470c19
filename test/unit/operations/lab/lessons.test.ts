import { describe, expect, test } from '@jest/globals';
import {
  breakForLesson,
  checkLesson,
  findLesson,
  LESSONS,
  previewBreak,
  repairForLesson,
} from '../../../../operations/lab/index.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';
import { FAULT, fakeEngine, ON_AWS } from './fake-engine.ts';

const { signal } = new AbortController();
const options = { signal, onLine: () => {} };

/** What is fixed at the end of each lesson that can be played. */
const CONDITIONS = {
  'all-uris-lost': ['uris'],
  'buckets-deleted': ['buckets', 'no-dead-letters'],
  'subscriber-broken': ['no-faults', 'no-dead-letters', 'uris'],
  'bug-shipped': ['buckets', 'uris'],
  'pipe-stopped': ['pipe-runs', 'no-pipe-dead-letters', 'uris'],
  'wrong-event': ['no-dead-letters', 'uris'],
  'users-missed': ['uris'],
  'pipe-refused': ['no-faults', 'no-pipe-dead-letters', 'uris'],
  'events-wait': ['no-faults', 'uris'],
};

const COMMAND =
  /^(reconcile|replay|dlq (list|show|redrive|purge)|doctor|metrics|lab (faults|start-pipe)|new subscriber)( |$)/;
const VIEWS = {
  Users: /^\/(\?show=(waiting|failed))?$/,
  Health: /^\/health$/,
  'Dead letters': /^\/dead-letters(\?queue=(uri-recorder|pipe))?$/,
  Replay: /^\/replay(\?subscribers=(uri-recorder|bucket-service|directory))?$/,
  Flow: /^\/flow$/,
  Lab: /^\/lab$/,
};

describe('the lessons', () => {
  test('are those of the runbook, in its order; each can be played, or says why not', () => {
    expect(LESSONS.map(({ entry }) => entry)).toEqual(LESSONS.map((_, index) => index + 1));
    const played = LESSONS.flatMap(({ id, play }) => (play === undefined ? [] : [[id, play.conditions]]));
    expect(Object.fromEntries(played)).toEqual(CONDITIONS);
    const others = LESSONS.flatMap(({ id, notPlayable }) => (notPlayable === undefined ? [] : [[id, notPlayable]]));
    expect(others).toEqual([
      ['new-subscriber', expect.stringMatching(/\.$/)],
      ['table-restored', expect.stringMatching(/\.$/)],
      ['wrong-replay', expect.stringMatching(/\.$/)],
      ['user-deleted', expect.stringMatching(/\.$/)],
    ]);
  });

  test.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))(
    '%s has a story, and says what to see and to do',
    (id, { title, story, see, todo }) => {
      expect(id).toMatch(/^[a-z-]+$/);
      expect(title).toMatch(/^[A-Z][a-zA-Z ]+$/);
      expect(story).toMatch(/^[A-Zu].{60,}\.$/s);
      expect([see.length > 0, todo.length > 0]).toEqual([true, true]);
      for (const { text, view, command } of [...see, ...todo]) {
        expect(text).toMatch(/^[A-Z][^.]{8,}/);
        if (command !== undefined) expect(command).toMatch(COMMAND);
        if (view !== undefined) expect(view.path).toMatch(VIEWS[view.name as keyof typeof VIEWS]);
      }
    },
  );

  test('have for each step a view or a command, but for what is done elsewhere', () => {
    const elsewhere = LESSONS.flatMap(({ id, see, todo }) =>
      [...see, ...todo].filter(({ view, command }) => view === undefined && command === undefined).map(() => id),
    );
    expect(elsewhere).toEqual(['bug-shipped', 'bug-shipped', 'table-restored', 'user-deleted']);
  });

  test('name steps that are the same by the same words', () => {
    const steps = LESSONS.flatMap(({ see }) => see);
    const waiting = steps.filter(({ view }) => view?.path === '/?show=waiting').map(({ text }) => text);
    expect(waiting).toEqual([
      'The users who wait for the pipe',
      'The users who are not done',
      'The users who are not done',
    ]);
    const letters = steps.filter(({ command }) => command === 'dlq list').map(({ text, view }) => [text, view?.path]);
    expect(letters).toEqual([
      ['The dead letters, by cause', '/dead-letters'],
      ['The dead letters, by cause', '/dead-letters'],
      ['The dead letters, by cause', '/dead-letters?queue=pipe'],
    ]);
    const surveys = steps.filter(({ command }) => command === 'reconcile').map(({ view }) => view?.path);
    expect(surveys).toEqual(Array.from({ length: 6 }, () => '/health'));
    const fixes = LESSONS.flatMap(({ todo }) => todo).filter(({ command }) => command === 'lab faults --remove-all');
    expect(fixes.map(({ text, view }) => [text, view?.path])).toEqual(
      Array.from({ length: 3 }, () => ['Fix the cause: remove the fault', '/lab']),
    );
  });

  test('that lose or miss what the recorder wrote replay to it alone', () => {
    const replays = LESSONS.flatMap(({ id, todo }) =>
      todo.flatMap(({ command }) => (command?.startsWith('replay --from') ? [[id, command]] : [])),
    );
    expect(Object.fromEntries(replays)).toEqual({
      'all-uris-lost': 'replay --from 30d --type BucketCreated --to-subscriber uri-recorder --wait',
      'buckets-deleted': 'replay --from 30d --type UserRegistered --to-subscriber bucket-service --wait',
      'bug-shipped': 'replay --from 30d --to-subscriber uri-recorder --wait',
      'new-subscriber': 'replay --from 30d --to-subscriber directory --wait',
      'users-missed': 'replay --from 30d --to-subscriber uri-recorder --not-done --rate 20 --wait',
    });
  });
});

describe('a lesson', () => {
  test('is found by its id; another id is refused with those that there are', () => {
    expect(findLesson('users-missed').entry).toBe(10);
    expect(() => findLesson('nothing')).toThrow(UsageError);
    expect(() => findLesson('nothing')).toThrow(
      /^there is no lesson nothing; there are all-uris-lost, buckets-deleted, /,
    );
  });

  test('says what breaking would change, and changes nothing', async () => {
    await using engine = await fakeEngine();
    const { lines } = await previewBreak(engine.on, 'events-wait');
    expect(lines.join('\n')).toMatch(/s3:CreateBucket of bucket-service takes 2 seconds longer.*Registers 10 users/s);
    expect([engine.requests, engine.aws.calls]).toEqual([[], []]);
  });

  test('that is broken sets the fault of its drill', async () => {
    const stopped = new Error('stopped here');
    await using engine = await fakeEngine(() => FAULT);
    const lines: string[] = [];
    const onLine = (line: string) => {
      lines.push(line);
      throw stopped;
    };
    await expect(breakForLesson(engine.on, 'subscriber-broken', { signal, onLine })).rejects.toBe(stopped);
    expect(engine.requests[0]?.body).toMatchObject({ operation: 'dynamodb:UpdateItem', times: 'always' });
    expect(lines).toEqual(['uri-recorder may no longer write into the users table.']);
  });

  test('is fixed when all of its conditions are met', async () => {
    const state = { functions: [], faults: [] as object[] };
    const runs = {
      DescribePipe: () => ({ DesiredState: 'RUNNING' }),
      Scan: () => ({ Items: [] }),
      DescribeTable: () => ({ Table: { CreationDateTime: new Date(0) } }),
      ListBuckets: () => ({ Buckets: [] }),
      GetResources: () => ({ ResourceTagMappingList: [] }),
    };
    await using engine = await fakeEngine(() => state, runs);
    const on = { ...engine.on, stack: { ...engine.on.stack, outputs: OUTPUTS } };
    const empty = await checkLesson(on, 'events-wait', signal);
    expect(empty).toEqual({
      isFixed: true,
      found: [
        { condition: 'no-faults', isMet: true, text: 'no fault is armed' },
        { condition: 'uris', isMet: true, text: 'every user has a URI' },
      ],
    });
    state.faults.push(FAULT);
    expect(await checkLesson(on, 'events-wait', signal)).toMatchObject({
      isFixed: false,
      found: [
        { condition: 'no-faults', isMet: false },
        { condition: 'uris', isMet: true },
      ],
    });
  });

  test('without a step of its own says that its commands are enough', async () => {
    await using engine = await fakeEngine();
    await expect(repairForLesson(engine.on, 'events-wait')).rejects.toThrow(
      'the lesson events-wait has commands for all of its steps',
    );
  });

  test('with a step of its own does it, and says what was done', async () => {
    await using engine = await fakeEngine(() => ({}), { Scan: () => ({ Items: [] }) });
    const on = { ...engine.on, stack: { ...engine.on.stack, outputs: OUTPUTS } };
    expect(findLesson('bug-shipped').play?.repair?.text).toMatch(/^Remove the wrong results/);
    expect(await repairForLesson(on, 'bug-shipped')).toBe('The wrong URI is removed from 0 rows.');
  });

  const actions: [string, (on: typeof ON_AWS, id: string) => unknown][] = [
    ['previewed', previewBreak],
    ['broken', (on, id) => breakForLesson(on, id, options)],
    ['repaired', repairForLesson],
    ['checked', (on, id) => checkLesson(on, id, signal)],
  ];
  test.each(actions)('that cannot be played is not %s, and says why; on AWS none is', async (_how, act) => {
    await using engine = await fakeEngine();
    const refused = async (on: typeof ON_AWS, id: string) => act(on, id);
    await expect(refused(engine.on, 'table-restored')).rejects.toThrow(CommandFailure);
    await expect(refused(engine.on, 'table-restored')).rejects.toThrow(
      /^the lesson table-restored cannot be played: It needs a deployment/,
    );
    await expect(refused(ON_AWS, 'events-wait')).rejects.toThrow(/is on AWS: leave --stack out/);
    expect(engine.requests).toEqual([]);
  });
});

const OUTPUTS = {
  UsersTableName: 'users',
  UserIdAttribute: 'id',
  EventBusName: 'bus',
  BucketNamespace: 'account-regional',
  BucketNamePrefix: 'siu',
  EventBusArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/bus',
};
