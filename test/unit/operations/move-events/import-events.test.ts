import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from '@jest/globals';
import { type ImportProgress, putAll } from '../../../../operations/move-events/import-events.ts';
import {
  importProblem,
  movedLine,
  planImport,
  requireUnchanged,
} from '../../../../operations/move-events/import-plan.ts';
import { importedDetail, TypeReceivers } from '../../../../operations/move-events/import-receivers.ts';
import { movedEvent } from '../../../../operations/move-events/moved-event.ts';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/index.ts';
import { UserRegisteredV1 } from '../../../../schemas/generated/event-contracts.ts';
import { sampleEvent } from '../../../support/sample-event.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const envelope = (detail: object) => ({ 'detail-type': 'UserRegistered', source: 'users-table', detail });

describe('an event is checked by its contract', () => {
  const sample = sampleEvent(UserRegisteredV1);

  test('what the contract does not name is left behind', () => {
    const moved = movedEvent(envelope({ ...sample, data: { ...sample.data, email: 'alice@example.com' } }));
    expect(moved).toMatchObject({ kind: 'good', detail: sample, removed: ['UserRegistered detail.data.email'] });
  });

  test.each<[string, object, RegExp]>([
    [
      'that breaks its contract',
      envelope({ ...sample, data: {} }),
      /^data\.userId is missing; data\.registeredAt is missing$/,
    ],
    ['of another source', { ...envelope(sample), source: 'elsewhere' }, /^this checkout has no contract/],
    [
      'of an unknown version',
      envelope({ ...sample, metadata: { ...sample.metadata, schemaVersion: 7 } }),
      /^this checkout has no contract/,
    ],
    ['without anything', {}, /^this checkout has no contract/],
  ])('one %s is not moved', (_, event, problem) => {
    expect(movedEvent({ ...event })).toMatchObject({ kind: 'bad', problem: expect.stringMatching(problem) });
  });
});

describe('a number that would be another one on the bus', () => {
  const sample = sampleEvent(UserRegisteredV1);
  const line = (from: string, to: string) => JSON.stringify(envelope({ ...sample, more: 7777 })).replace(from, to);

  test('in a field that is moved, is refused with its field', () => {
    const { registeredAt } = sample.data;
    expect(movedLine(line(`${registeredAt}`, `${registeredAt}.00000000000000001`))).toMatchObject({
      kind: 'bad',
      problem: expect.stringMatching(
        /^has a number that would be another one on the bus: .* in "registeredAt"; write it/,
      ),
    });
  });

  test('whose field is not found, as in a list after a text, is refused: it may be in what is moved', () => {
    expect(movedLine(line('7777', '["a",9007199254740993]'))).toMatchObject({
      kind: 'bad',
      problem:
        'has a number that would be another one on the bus: 9007199254740993; write it as a text, or with fewer digits',
    });
  });

  test('in a field that is left behind, does not matter', () => {
    expect(movedLine(line('7777', '9007199254740993'))).toMatchObject({ kind: 'good', detail: sample });
  });

  test('of an event that is not moved anyway, is not what is wrong with it', () => {
    expect(movedLine('{"detail-type":"UserRegistered","size":9007199254740993}')).toEqual({
      kind: 'bad',
      type: 'UserRegistered',
      problem: 'this checkout has no contract for its source and version',
    });
  });
});

describe('subscribers that skip replays', () => {
  const skip = { metadata: { replayName: [{ exists: false }] } };
  const pattern = compileEventPattern({ source: ['users-table'], detail: skip });
  const detail = { ...sampleEvent(UserRegisteredV1) };

  test('get an import only if they are included', () => {
    const matches = (includeSkipped: boolean) =>
      pattern(envelope(importedDetail({ detail }, { name: 'import-a', includeSkipped })));
    expect([matches(false), matches(true)]).toEqual([false, true]);
  });

  test('never get what came of a replay, whatever is included', () => {
    const replayed = { ...detail, metadata: { ...detail.metadata, replayName: 'before' } };
    for (const includeSkipped of [true, false]) {
      expect(importedDetail({ detail: replayed }, { name: 'import-a', includeSkipped }).metadata).toHaveProperty(
        'replayName',
        'before',
      );
    }
  });
});

describe('a plan', () => {
  const RULES = [
    { Name: 'all', State: 'ENABLED', EventPattern: '{"source":["users-table"]}' },
    { Name: 'off', State: 'DISABLED', EventPattern: '{"source":["users-table"]}' },
    { Name: 'mails', State: 'ENABLED', EventPattern: '{"detail":{"metadata":{"replayName":[{"exists":false}]}}}' },
  ];
  const aws = (Rules: object[], answer?: boolean | ((event: object) => boolean)) =>
    new FakeAws({
      ListRules: () => ({ Rules }),
      ...(answer !== undefined && {
        TestEventPattern: ({ Event }) => ({ Result: typeof answer === 'boolean' ? answer : answer(JSON.parse(Event)) }),
      }),
    });
  const outputs = { EventBusName: 'users', EventBusArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/users' };
  const plan = (
    lines: readonly string[],
    includeSkipped = false,
    rules: object[] = RULES,
    answer?: Parameters<typeof aws>[1],
    more: object = {},
  ) => {
    const stack = { name: 's', outputs: { ...outputs, ...more } };
    const on = { clients: aws(rules, answer).clients, target: { stackName: 's' }, stack };
    return planImport(on, asLines(lines), { includeSkipped, now: 0 });
  };
  const good = JSON.stringify(envelope(sampleEvent(UserRegisteredV1)));

  test('says how many events of each type there are, who gets them, and who skips them', async () => {
    const found = await plan([good, '', good]);
    expect(found.types).toEqual([
      { type: 'UserRegistered', events: 2, receivers: [{ who: 'all', events: 2 }], skipping: ['mails'], unguarded: [] },
    ]);
    expect(found.name).toMatch(/^import-19700101T000000Z-/);
    expect(importProblem(found)).toBeUndefined();
    expect((await plan([good], true)).types).toEqual([
      expect.objectContaining({
        receivers: [
          { who: 'all', events: 1 },
          { who: 'mails', events: 1 },
        ],
        skipping: [],
      }),
    ]);
  });

  test('whose rule skips replays, and would get an import all the same, imports nothing', async () => {
    const rule = { Name: 'mails', State: 'ENABLED', EventPattern: '{"replay-name":[{"exists":false}]}' };
    const found = await plan([good], false, [rule]);
    expect(importProblem(found)).toMatch(
      /^nothing was imported, because mails skips replays, but its rule would match/,
    );
    expect(importProblem(await plan([good], true, [rule]))).toBeUndefined();
  });

  describe('looks at each event, as a rule may ask for what is in it', () => {
    const ofUser = (userId: string) => {
      const sample = sampleEvent(UserRegisteredV1);
      return JSON.stringify(envelope({ ...sample, data: { ...sample.data, userId } }));
    };
    const rule = (Name: string, more: object) => {
      const EventPattern = JSON.stringify({ detail: { data: { userId: ['later'] } }, ...more });
      return { Name, State: 'ENABLED', EventPattern };
    };
    const file = [ofUser('first'), ofUser('later'), ofUser('last')];

    test('and counts those that it gets', async () => {
      const { types } = await plan(file, false, [rule('some', {}), rule('none', { source: ['elsewhere'] })]);
      expect(types).toMatchObject([{ events: 3, receivers: [{ who: 'some', events: 1 }], skipping: [] }]);
    });

    test('and imports nothing if one of them would reach who skips replays', async () => {
      const found = await plan(file, false, [rule('mails', { 'replay-name': [{ exists: false }] })]);
      expect(importProblem(found)).toMatch(/^nothing was imported, because mails skips replays/);
    });

    test('and asks EventBridge about a pattern that cannot be read here', async () => {
      const unknown = rule('new', { source: [{ 'an-operator-to-come': 1 }] });
      expect((await plan(file, false, [unknown], true)).types).toMatchObject([
        { receivers: [{ who: 'new', events: 3 }] },
      ]);
    });
  });

  test('is not made where a pattern fails for a reason of its own', () => {
    const pattern = {
      get source(): string[] {
        throw new TypeError('a bug');
      },
    };
    const rule = { who: 'a', rule: 'a', kind: 'other', isEnabled: true, pattern } as const;
    const on = { clients: aws([]).clients, target: { stackName: 's' }, stack: { name: 's', outputs } };
    const first = movedEvent(envelope(sampleEvent(UserRegisteredV1)));
    if (first.kind === 'bad') throw new Error(first.problem);
    const choice = { name: 'import-a', includeSkipped: false, now: 0 };
    expect(() => new TypeReceivers(on, [rule], first, choice)).toThrow(new TypeError('a bug'));
  });

  test('asks only lasting rules, and names those of subscribers by them', async () => {
    const rules = [
      { Name: 'bucket-rule', State: 'ENABLED', EventPattern: '{"source":["users-table"]}' },
      { Name: 'pipeline-events-20200101T000000Z-aaaaa', State: 'ENABLED', EventPattern: '{"source":["users-table"]}' },
      { Name: 'of-aws', State: 'ENABLED', EventPattern: '{"source":["users-table"]}', ManagedBy: 'events' },
    ];
    const more = {
      BucketServiceQueueUrl: 'q',
      BucketServiceDlqUrl: 'd',
      BucketServiceRuleArn: 'arn:aws:events:eu-west-1:123456789012:rule/users/bucket-rule',
    };
    const { types } = await plan([good], false, rules, undefined, more);
    expect(types).toMatchObject([{ receivers: [{ who: 'bucket-service', events: 1 }] }]);
  });

  test('names the bus, counts the events, and says nothing against them', async () => {
    const found = await plan([good, '  ', good]);
    expect(found).toMatchObject({
      bus: { name: 'users', arn: outputs.EventBusArn },
      events: 2,
      bad: [],
      moreBad: 0,
    });
    expect(importProblem(found)).toBeUndefined();
  });

  test('of a file without events says so', async () => {
    const found = await plan(['', ' ']);
    expect([found.events, importProblem(found)]).toEqual([0, 'the file has no events']);
  });

  test('with a few lines that are no valid events names each, and no more', async () => {
    const found = await plan(['oops', JSON.stringify(envelope({}))]);
    expect(importProblem(found)).toMatch(
      /: line 1: is not JSON: Unexpected token 'o', "oops" is not valid JSON; line 2: UserRegistered: this checkout has no contract for its source and version$/,
    );
  });

  test('names all who skip replays and would get an import', async () => {
    const rule = (Name: string) => ({ Name, State: 'ENABLED', EventPattern: '{"replay-name":[{"exists":false}]}' });
    const found = await plan([good], false, [rule('mails'), rule('posts')]);
    expect(importProblem(found)).toMatch(/^nothing was imported, because mails, posts skips replays/);
  });

  test('does not count who skips replays, and would get none of the events anyway', async () => {
    const EventPattern = '{"source":["elsewhere"],"replay-name":[{"exists":false}]}';
    const found = await plan([good], false, [{ Name: 'mails', State: 'ENABLED', EventPattern }]);
    expect(found.types).toMatchObject([{ receivers: [], skipping: [], unguarded: [] }]);
  });

  test('asks EventBridge about an event as it is, and as it would be imported', async () => {
    const unknown = { Name: 'new', State: 'ENABLED', EventPattern: '{"source":[{"an-operator-to-come":1}]}' };
    const isNew = (event: object) => !JSON.stringify(event).includes('"replayName"');
    const found = await plan([good], false, [unknown], isNew);
    expect(found.types).toMatchObject([{ receivers: [], skipping: ['new'] }]);
  });

  test('with a line that is no valid event imports nothing, and names the line', async () => {
    const found = await plan([good, 'oops', ...Array.from({ length: 11 }, () => '{}')]);
    expect(importProblem(found)).toMatch(
      /^nothing was imported, .*: line 2: is not JSON: Unexpected token 'o', "oops" is not valid JSON; line 3: .*; and 2 more$/,
    );
  });

  test('is not carried out once its file has other events, or can be read only once', async () => {
    const found = await plan([good]);
    await expect(requireUnchanged(found, asLines([good, '', ' ']), 'a.jsonl')).resolves.toBeUndefined();
    for (const lines of [[], [good, good]]) {
      await expect(requireUnchanged(found, asLines(lines), 'a.jsonl')).rejects.toThrow('a.jsonl has changed since');
    }
  });

  test('the same events have the same hash', async () => {
    const [one, same, other] = [await plan([good]), await plan([good, '']), await plan([good, good])];
    expect([same.hash === one.hash, other.hash === one.hash]).toEqual([true, false]);
    const [two, joined] = [await plan(['{}', '{} ']), await plan(['{}{} '])];
    expect(two.hash).not.toBe(joined.hash);
  });
});

describe('an import that is interrupted at any point', () => {
  const entries = Array.from({ length: 25 }, (_, index) => ({ Detail: String(index) }));
  const accepted = (request: readonly PutEventsRequestEntry[]) => ({
    FailedEntryCount: 0,
    Entries: request.map(() => ({ EventId: 'e' })),
  });
  const run = async (
    from: ImportProgress | undefined,
    send: (sent: string[], signal: AbortController) => Promise<void>,
  ) => {
    const stop = new AbortController();
    const put: string[] = [];
    let noted = from;
    const options = {
      rate: 1e6,
      signal: stop.signal,
      from,
      onProgress: (progress: ImportProgress) => {
        noted = progress;
      },
    };
    const effects = {
      send: async (request: PutEventsRequestEntry[]) => {
        const details = request.map(({ Detail = '' }) => Detail);
        await send(details, stop);
        put.push(...details);
        return accepted(request);
      },
      pause: async () => {},
    };
    await putAll(asLines(entries), options, effects).catch(() => undefined);
    return { put, noted };
  };

  test.each([1, 2, 3])('by a stop during request %i, continues with the next event', async (nth) => {
    let calls = 0;
    const first = await run(undefined, async (_, stop) => {
      if (++calls === nth) stop.abort();
    });
    const second = await run(first.noted, async () => {});
    expect([...first.put, ...second.put]).toEqual(entries.map(({ Detail }) => Detail));
    expect(second.noted?.done).toBe(25);
  });

  test.each([1, 2, 3])('by a failure of request %i, continues with that request', async (nth) => {
    let calls = 0;
    const first = await run(undefined, async () => {
      if (++calls === nth) throw new Error('gone');
    });
    expect(first.noted?.done ?? 0).toBe((nth - 1) * 10);
    const second = await run(first.noted, async () => {});
    expect([...first.put, ...second.put]).toEqual(entries.map(({ Detail }) => Detail));
  });

  test('an event that the bus refuses is named by its place, and the others are put', async () => {
    const effects = {
      send: async (request: PutEventsRequestEntry[]) => ({
        FailedEntryCount: 1,
        Entries: request.map(({ Detail }) =>
          Detail === '11' ? { ErrorCode: 'TooLarge', ErrorMessage: 'no' } : { EventId: 'e' },
        ),
      }),
      pause: async () => {},
    };
    const signal = new AbortController().signal;
    const progress = await putAll(asLines(entries), { rate: 1e6, signal, onProgress: () => {} }, effects);
    expect(progress).toEqual({ done: 25, refused: [{ event: 12, problem: 'TooLarge, no' }] });
  });
});

async function* asLines<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
