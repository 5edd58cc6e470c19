import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { CommandRun } from '../../../../tools/simulate/operators/operators.ts';
import type { SentCall } from '../../../../tools/simulate/operators/sent-call.ts';
import {
  commandsEndWell,
  fixesAreOfUsersWhoAreThere,
  lookingChangesNothing,
  ON_CALL,
  onlyRefusedEntriesAreSentAgain,
  repairsDoTheirWork,
  wrongLooks,
} from '../../../../tools/simulate/promises/commands.ts';
import { editedEventsAreHandled, editsLoseNothing } from '../../../../tools/simulate/promises/edits.ts';
import type { Outcome } from '../../../../tools/simulate/promises/index.ts';
import { purgedBy, purgesDeleteOnlyTheChosen } from '../../../../tools/simulate/promises/purges.ts';
import { replaysReachOnlyTheChosen, replaysReachTheChosen } from '../../../../tools/simulate/promises/replays.ts';
import { everyBucketIsOfOneRegistration } from '../../../../tools/simulate/promises/users.ts';
import { broken, called, ran, STARTED_AT } from '../../../support/simulated-commands.ts';

describe('a command ends well', () => {
  test('with a documented exit code, or killed', () => {
    const codes = [0, 1, 130, 'killed'] as const;
    expect(
      broken(
        commandsEndWell,
        codes.map((code) => ran('doctor', { ending: { at: 0, code } })),
      ),
    ).toEqual([]);
  });

  test('and not with a bug, a refusal of its arguments, or never', () => {
    const { ending: _, ...endless } = ran('doctor');
    const bug = 'This is a bug in the pipeline command, please report it:\nError: x';
    const runs = [endless, ran('doctor', { output: bug }), ran('doctor', { ending: { at: 0, code: 2 } })];
    expect(broken(commandsEndWell, runs)).toEqual(['does not end', `has a bug: ${bug}`, 'refuses its arguments: ']);
  });
});

test('what only looks makes no call that changes something', () => {
  const looks = ['doctor', 'trace ada', 'dlq list', 'reconcile', 'dlq redrive --dry-run'];
  const [reads, deletes] = [called('ReceiveMessage', {}), called('DeleteMessage', {})];
  const run = (calls: SentCall[]) => looks.map((words) => ran(words, { calls }));
  expect(broken(lookingChangesNothing, run([reads]))).toEqual([]);
  expect(broken(lookingChangesNothing, run([reads, deletes]))).toEqual(
    looks.map(() => 'only looks, and calls DeleteMessage'),
  );
  expect(broken(lookingChangesNothing, [ran('dlq redrive', { calls: [deletes] })])).toEqual([]);
});

test('what only looks leaves everything as it is, and sees every user with a URI', () => {
  const empty = { rows: [], buckets: [], events: [], deadLetters: [], lostByPipe: [], waiting: [], commands: [] };
  const looked = (output: string, more: Partial<Outcome> = {}) =>
    wrongLooks(
      empty as Partial<Outcome> as Outcome,
      { ...empty, commands: [ran('reconcile --json', { output })], ...more } as Partial<Outcome> as Outcome,
    ).map(({ what }) => what.replace(/^.*` /s, ''));
  expect(looked('{"class":"summary"}')).toEqual([]);
  expect(looked('', { waiting: [1] })).toEqual(['only looks, and has changed something']);
  expect(looked('{"class":"user-without-uri"}\n')).toEqual(['finds {"class":"user-without-uri"}']);
});

describe('a purge', () => {
  const body = JSON.stringify({ 'detail-type': 'UserRegistered', detail: { data: { userId: 'ada' } } });
  const message = (ReceiptHandle: string) => ({ MessageId: 'm', ReceiptHandle, Body: body });
  const [shown, taken] = ['h1', 'h2'].map((handle) => called('ReceiveMessage', {}, { Messages: [message(handle)] }));
  const remove = called('DeleteMessage', { QueueUrl: 'q', ReceiptHandle: 'h2' }, {});
  const said = (size: number) => `${JSON.stringify({ queue: 'q', meant: size, deleted: { size } })}\n`;
  const run = (calls: (SentCall | undefined)[], more: Partial<CommandRun> = {}, words = '') =>
    ran(`dlq purge --yes --json ${words}`, {
      calls: calls.filter((call) => call !== undefined),
      output: said(1),
      ...more,
    });
  const purged = (...given: Parameters<typeof run>) => broken(purgesDeleteOnlyTheChosen, [run(...given)]);

  test('deletes what it has shown and its options choose, and says how many', () => {
    expect(purged([shown, taken, remove])).toEqual([]);
    expect(purged([shown, taken, remove, remove], {}, '--user ada --type UserRegistered --limit 1')).toEqual([]);
    expect(purged([shown, taken, remove], {}, '--user eve')).toEqual([`deletes ${body}`]);
    expect(purged([shown, taken, remove], {}, '--type BucketCreated')).toEqual([`deletes ${body}`]);
    expect(purged([taken, remove])).toEqual([`deletes what it has not shown: ${body}`]);
    expect(purged([shown, taken, remove], { output: said(2) })).toEqual(['deletes 1 messages, and says 2']);
    expect(purged([shown, taken, remove], {}, '--limit 0')).toEqual(['deletes 1 messages']);
  });

  describe('of messages that are old', () => {
    const sentAt = (SentTimestamp: string) =>
      ['h1', 'h2'].map((handle) =>
        called('ReceiveMessage', {}, { Messages: [{ ...message(handle), Attributes: { SentTimestamp } }] }),
      );
    /** Of messages that are at least ten seconds old. @param ahead of what its clock and that of the services are */
    const purgedOf = (ageMs: number, [own = 0, ...services]: number[] = []) => {
      const receives = sentAt(String(STARTED_AT - ageMs));
      const calls = services.map((ms) => ({ ...called('DescribeStacks', {}), clock: STARTED_AT + ms }));
      return purged([...calls, ...receives, remove], { clockAheadMs: own }, '--older-than 10s');
    };

    test('deletes no younger ones', () => {
      expect(purgedOf(10_000)).toEqual([]);
      expect(purgedOf(9999)).toEqual([`deletes ${body}`]);
      expect(purged([shown, taken, remove], {}, '--older-than 10s')).toEqual([`deletes ${body}`]);
    });

    test('counts by its own clock only as long as it cannot see that it is wrong', () => {
      expect(purgedOf(9000, [1000])).toEqual([]);
      expect(purgedOf(8999, [1000])).toHaveLength(1);
      expect(purgedOf(9999, [-60_000])).toHaveLength(1);
      expect(purgedOf(5000, [60_000])).toEqual([]);
      expect(purgedOf(4999, [60_000])).toHaveLength(1);
    });

    test('may have seen a clock that was set back before it received them, and none that was set later', () => {
      expect(purgedOf(9000, [0, 1000])).toEqual([]);
      expect(purgedOf(8999, [0, 1000])).toHaveLength(1);
      const [first, second] = sentAt(String(STARTED_AT - 1000));
      const later = second && { ...second, clock: STARTED_AT + 60_000 };
      expect(purged([first, later, remove], {}, '--older-than 10s')).toHaveLength(1);
    });
  });

  test('counts no deletion without an answer, which may be one all the same', () => {
    const lost = called('DeleteMessage', { QueueUrl: 'q', ReceiptHandle: 'h2' });
    expect(purged([shown, taken, lost], { output: said(0) })).toEqual([]);
    expect(purgedBy(run([shown, taken, lost]))).toEqual([
      { queueUrl: 'q', messageId: 'm', body, isAcknowledged: false },
    ]);
    expect(purgedBy(ran('dlq redrive --yes', { calls: [remove] }))).toEqual([]);
  });
});

describe('an edit', () => {
  const detail = (metadata: object) => ({ detail: { metadata, data: { userId: 'ada' } } });
  const original = JSON.stringify(detail({ eventId: 'e', correlationId: 'r' }));
  const receive = called('ReceiveMessage', {}, { Messages: [{ MessageId: 'm', ReceiptHandle: 'h', Body: original }] });
  const edited = (metadata: object) =>
    called('SendMessage', { MessageBody: JSON.stringify(detail({ eventId: 'e2', ...metadata })) }, {});
  const ofOriginal = edited({ correlationId: 'r', causationId: 'e' });
  const remove = called('DeleteMessage', { QueueUrl: 'q', ReceiptHandle: 'h' }, {});
  const run = (...calls: SentCall[]) => ran('dlq redrive --edit --yes', { calls });

  test('sends the event before it deletes the original, which it names as its cause', () => {
    const wrong = 'deletes e, in whose place it has sent nothing';
    const lost = (...calls: SentCall[]) => broken(editsLoseNothing, [run(receive, ...calls)]);
    expect(lost(ofOriginal, remove)).toEqual([]);
    expect(lost(remove, ofOriginal)).toEqual([wrong]);
    expect(lost(edited({ correlationId: 'r' }), remove)).toEqual([wrong]);
    expect(lost(edited({ causationId: 'e' }), remove)).toEqual([wrong]);
    expect(purgedBy(run(receive, remove))).toMatchObject([{ messageId: 'm' }]);
  });

  test('of which the event is handled, or is a dead letter again', () => {
    const left = (more: Partial<Outcome>) =>
      broken(editedEventsAreHandled, [run(receive, ofOriginal, remove)], {
        handled: new Set(),
        deadLetters: [],
        purged: [],
        ...more,
      });
    const dead = { userId: 'ada', subscriber: 'uri-recorder', queue: 'q', eventId: 'e2', correlationId: 'r' };
    expect(left({ handled: new Set(['uri-recorder e2']) })).toEqual([]);
    expect(left({ deadLetters: [dead] })).toEqual([]);
    expect(left({})).toEqual(['sent e2, which was not handled']);
  });

  test('may be refused where several dead letters are chosen', () => {
    const ended = { ending: { at: 0, code: 2 } };
    expect(
      broken(commandsEndWell, [ran('dlq redrive --edit', { ...ended, output: 'several dead letters are chosen' })]),
    ).toEqual([]);
    expect(broken(commandsEndWell, [ran('dlq redrive --edit', ended)])).toHaveLength(1);
  });
});

test('entries that the bus took are not put again with those that it refused', () => {
  const taken = { EventId: '1' };
  const refused = { ErrorCode: 'ThrottlingException' };
  const put = (names: string[], results: object[]) =>
    called('PutEvents', { Entries: names.map((Detail) => ({ Detail })) }, { Entries: results });
  const runs = (...calls: SentCall[]) => [ran('reconcile --fix', { calls })];
  const first = put(['a', 'b'], [taken, refused]);
  expect(broken(onlyRefusedEntriesAreSentAgain, runs(first, put(['b'], [taken])))).toEqual([]);
  const same = put(['a', 'a'], [taken, refused]);
  expect(broken(onlyRefusedEntriesAreSentAgain, runs(same, put(['a'], [taken])))).toEqual([]);
  expect(broken(onlyRefusedEntriesAreSentAgain, runs(same, same))).toEqual(['puts what was taken: {"Detail":"a"}']);
  expect(broken(onlyRefusedEntriesAreSentAgain, runs(first, put(['a', 'b'], [taken, taken])))).toEqual([
    'puts what was taken: {"Detail":"a"}',
  ]);
});

test('reconcile puts events only for users whose row it has found again', () => {
  const read = (asked: string[], found: string[]) => {
    const keys = (ids: string[]) => ids.map((userId) => ({ userId: { S: userId } }));
    const [input, answer] = [{ RequestItems: { t: { Keys: keys(asked) } } }, { Responses: { t: keys(found) } }];
    return called('BatchGetItem', input, answer);
  };
  const put = called('PutEvents', {
    Entries: [{ DetailType: 'UserRegistered', Detail: JSON.stringify({ data: { userId: 'ada' } }) }],
  });
  const fixed = (...calls: SentCall[]) => broken(fixesAreOfUsersWhoAreThere, [ran('reconcile --fix', { calls })]);
  const what = 'puts an event for a user whose row it has not found again';
  expect(fixed(read(['ada'], ['ada']), put)).toEqual([]);
  expect(fixed(put)).toEqual([what]);
  expect(fixed(read(['ada'], ['ada']), read(['ada'], []), put)).toEqual([what]);
});

test('a user has a second bucket where their own event comes after a fix, and only there', () => {
  const put = called('PutEvents', {
    Entries: [{ DetailType: 'UserRegistered', Detail: JSON.stringify({ data: { userId: 'ada' } }) }],
  });
  const tags = { userIdSha256: createHash('sha256').update('ada').digest('hex'), registeredAt: '1' };
  const registrations = [
    { userId: 'ada', eventId: 'r', registeredAt: 1, isSignUp: true, uris: [], putOver: [], isGone: false },
  ];
  const archived = (arrivedAt?: number) => ({
    at: STARTED_AT,
    archivedAt: STARTED_AT,
    subscriber: 'bucket-service',
    eventId: 'r',
    userId: 'ada',
    ...(arrivedAt !== undefined && { arrivedAt }),
  });
  const found = (arrivals: Outcome['archived'], commands = [ran('reconcile --fix', { calls: [put] })]) =>
    broken(everyBucketIsOfOneRegistration, commands, {
      registrations,
      buckets: [
        { name: 'one', tags },
        { name: 'two', tags },
      ],
      archived: arrivals,
    });
  const what = 'has 2 buckets of one registration: one, two';
  expect(found([archived(STARTED_AT - 1)])).toEqual([what]);
  expect(found([archived(STARTED_AT + 1)], [])).toEqual([what]);
  expect(found([archived(STARTED_AT + 1)])).toEqual([]);
  expect(found([archived()])).toEqual([]);
  // An import.
  expect(found([archived(STARTED_AT - 1), archived(STARTED_AT + 1)])).toEqual([]);
});

test('a command of the repair ends without error, but for what the stream has dropped', () => {
  const repaired = (output: string, operator = ON_CALL) =>
    broken(repairsDoTheirWork, [ran('dlq redrive --yes', { operator, output })]);
  expect(repaired('done\n')).toEqual([]);
  expect(repaired('error: 1 message of x stays\n')).toEqual(['ends with error: 1 message of x stays']);
  expect(repaired('error: 1 message of x stays\n', 'operator 1')).toEqual([]);
  expect(repaired('error: too old: npx pipeline reconcile --fix finds their users, then …\n')).toEqual([]);
  for (const where of ['--port 4567', '--stack prod']) {
    expect(repaired(`error: too old: npx pipeline reconcile --fix ${where} finds their users\n`)).toEqual([]);
  }
  expect(repaired('error: npx pipeline reconcile --fix --port finds their users\n')).toHaveLength(1);
});

describe('a replay', () => {
  const start = called('StartReplay', { ReplayName: 'r' }, {});
  const replay = (words: string, more: Partial<CommandRun> = {}) => [
    ran(`replay --from 10m ${words}`, { calls: [start], ...more }),
  ];
  const message = { replay: 'r', subscriber: 'bucket-service', eventId: 'e', userId: 'ada' };
  const at = STARTED_AT - 60_000;
  const event = { at, archivedAt: at, subscriber: 'bucket-service', eventId: 'e', userId: 'ada' };

  test('reaches nobody but the subscribers and users that it names', () => {
    const reached = (words: string) => broken(replaysReachOnlyTheChosen, replay(words), { replayed: [message] });
    expect(reached('--all-subscribers')).toEqual([]);
    expect(reached('--to-subscriber bucket-service --user ada')).toEqual([]);
    expect(reached('--to-subscriber uri-recorder')).toEqual(['brought e to bucket-service']);
    expect(reached('--all-subscribers --user eve')).toEqual(['brought e to bucket-service']);
  });

  test('brings all events of its window', () => {
    const missed = (more: Partial<Outcome>, words = '--all-subscribers') =>
      broken(replaysReachTheChosen, replay(words), { archived: [event], ...more });
    expect(missed({ replayed: [message] })).toEqual([]);
    expect(missed({})).toEqual(['did not bring e to bucket-service']);
    expect(missed({}, '--to-subscriber uri-recorder')).toEqual([]);
    expect(missed({ archived: [{ ...event, at: STARTED_AT - 3_600_000 }] })).toEqual([]);
    // The clock was set back between the two.
    expect(missed({ archived: [{ ...event, archivedAt: STARTED_AT + 1 }] })).toEqual([]);
    const lost = (subscriber: string) => [{ subscriber, eventId: 'e', correlationId: 'r' }];
    expect(missed({ lostByRules: lost('bucket-service') })).toEqual([]);
    expect(missed({ lostByRules: lost('uri-recorder') })).toHaveLength(1);
    expect(missed({ lateReads: [{ replay: 'r', eventId: 'e' }] })).toEqual([]);
    expect(missed({ lateReads: [{ replay: 'other', eventId: 'e' }] })).toHaveLength(1);
  });

  test('by the clock of the services as it was when it began, unless that was set meanwhile', () => {
    const missed = (more: Partial<CommandRun>) =>
      broken(replaysReachTheChosen, replay('--all-subscribers', more), { archived: [event] });
    expect(missed({ startedAt: STARTED_AT + 3_600_000 })).toEqual(['did not bring e to bucket-service']);
    expect(missed({ clockAtStart: STARTED_AT + 3_600_000 })).toEqual([]);
    expect(missed({ isClockSet: true })).toEqual([]);
  });
});
