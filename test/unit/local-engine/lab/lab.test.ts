import { describe, expect, test } from '@jest/globals';
import type { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import { SkippingClock, systemClock } from '../../../../packages/local-engine/core/clock.ts';
import { Lab } from '../../../../packages/local-engine/lab/lab.ts';
import { resumeSkippedTime } from '../../../../packages/local-engine/lab/skipped-time.ts';
import type { Services } from '../../../../packages/local-engine/services.ts';
import { entriesOf, makeParts, type Parts } from '../support/parts.ts';

const APIS = new Map([
  ['s3', { operations: ['CreateBucket', 'DeleteBucket'] }],
  ['events', { operations: ['PutEvents'] }],
]);

interface FakeFunction {
  readonly name: string;
  readonly running: Set<string>;
  killed: number;
  kill(): Promise<void>;
}

function fakeFunction(name: string): FakeFunction {
  return {
    name,
    running: new Set(['a-request']),
    killed: 0,
    async kill() {
      this.killed += 1;
    },
  };
}

function makeLab(parts: Parts = makeParts()) {
  const greeter = fakeFunction('greeter');
  const functions = new Map([['greeter', greeter]]) as unknown as Services['functions'];
  return { ...parts, greeter, lab: new Lab({ ...parts, functions, pipes: new Map() }, APIS) };
}

/** What a call comes to: `done`, or the code of the error. */
async function outcome({ faults }: Parts, operation = 's3:CreateBucket', context = {}): Promise<string> {
  return faults.around(operation, () => 'done', context).catch((error: AwsError) => error.code);
}

describe('a fault', () => {
  test('given an error, fails the calls that it names, and is gone after the last', async () => {
    const parts = makeLab();
    const fault = { operation: 's3:CreateBucket', effect: 'error', code: 'SlowDown', nth: 2, times: 2 };
    expect(parts.lab.inject(fault)).toMatchObject({ id: 1, callsBefore: 1, strikesLeft: 2 });
    expect(await outcome(parts)).toBe('done');
    expect(parts.lab.faults()).toMatchObject([{ id: 1, callsBefore: 0, strikesLeft: 2 }]);
    const outcomes = [await outcome(parts), await outcome(parts), await outcome(parts)];
    expect([outcomes, parts.lab.faults()]).toEqual([['SlowDown', 'SlowDown', 'done'], []]);
  });

  test('given an error, has the status that AWS documents', async () => {
    const { lab, faults } = makeLab();
    lab.inject({ operation: 's3:CreateBucket', effect: 'error', code: 'SlowDown' });
    await expect(faults.around('s3:CreateBucket', () => 'done')).rejects.toMatchObject({ status: 503 });
  });

  test('given always, strikes until it is removed', async () => {
    const parts = makeLab();
    const { id } = parts.lab.inject({ operation: '*', effect: 'error', code: 'ThrottlingException', times: 'always' });
    const before = [await outcome(parts), await outcome(parts, 'events:PutEvents')];
    expect(parts.lab.faults()).toMatchObject([{ strikesLeft: 'always' }]);
    parts.lab.remove(id);
    expect([before, await outcome(parts)]).toEqual([['ThrottlingException', 'ThrottlingException'], 'done']);
  });

  test('given a lost answer, the call takes effect', async () => {
    const { lab, faults } = makeLab();
    lab.inject({ operation: 's3:CreateBucket', effect: 'lost-answer' });
    let effects = 0;
    const call = faults.around('s3:CreateBucket', () => ++effects);
    await expect(call).rejects.toMatchObject({ code: 'InternalFailure', status: 500 });
    expect(effects).toBe(1);
  });

  test("given a function's name, only that function's calls count", async () => {
    const parts = makeLab();
    parts.lab.inject({ operation: '*', effect: 'kill', when: 'after', functionName: 'greeter' });
    await outcome(parts);
    await outcome(parts, 's3:DeleteBucket', { functionName: 'another' });
    expect(parts.greeter.killed).toBe(0);
    await outcome(parts, 's3:DeleteBucket', { functionName: 'greeter' });
    expect(parts.greeter.killed).toBe(1);
  });

  test('given a duplicate, the next delivery is twice, and the journal says which', () => {
    const parts = makeLab();
    parts.lab.inject({ operation: 'deliver:queue-message' });
    const context = { messageId: 'a-message' };
    expect([parts.faults.copies('queue-message', context), parts.faults.copies('queue-message')]).toEqual([2, 1]);
    expect(entriesOf(parts, 'fault')).toMatchObject([{ operation: 'deliver:queue-message', messageId: 'a-message' }]);
  });

  test('leaves what it is and where it struck in the journal', async () => {
    const parts = makeLab();
    const { id } = parts.lab.inject({ operation: 's3:CreateBucket', effect: 'error', code: 'SlowDown', times: 2 });
    await outcome(parts, 's3:CreateBucket', { invocation: 'an-invocation' });
    parts.lab.removeAll();
    expect(entriesOf(parts, 'lab')).toMatchObject([
      { action: 'fault', fault: id, operation: 's3:CreateBucket', code: 'SlowDown', times: 2 },
      { action: 'remove', fault: id },
    ]);
    expect(entriesOf(parts, 'fault')).toMatchObject([{ fault: id, invocation: 'an-invocation', when: 'before' }]);
  });

  test.each([
    [{ operation: 's3:MakeBucket', effect: 'error', code: 'SlowDown' }, /no operation s3:MakeBucket.*CreateBucket/],
    [{ operation: 'ec2:RunInstances', effect: 'error', code: 'SlowDown' }, /no operation ec2:RunInstances.*s3/],
    [{ operation: 's3:CreateBucket', effect: 'error', code: 'Slow' }, /no error code Slow\..*SlowDown/],
    [{ operation: 's3:CreateBucket', effect: 'error', code: 'constructor' }, /no error code constructor/],
    [{ operation: 's3:CreateBucket', effect: 'kill', functionName: 'nobody' }, /no function nobody.*greeter/],
    [{ operation: 's3:CreateBucket', effect: 'kill' }, /needs a functionName: greeter/],
    [{ operation: 's3:CreateBucket', effect: 'delay' }, /delayMs must be a whole number/],
    [{ operation: 's3:CreateBucket', effect: 'delay', delayMs: 5, code: 'SlowDown' }, /delay has no code/],
    [{ operation: 's3:CreateBucket', effect: 'duplicate' }, /does not fit s3:CreateBucket/],
    [{ operation: 'deliver:stream-record', effect: 'error', code: 'SlowDown' }, /does not fit deliver:stream-record/],
    [{ operation: 's3:CreateBucket', effect: 'lost-answer', when: 'before' }, /after the call took effect/],
    [{ operation: 's3:CreateBucket', effect: 'error', code: 'SlowDown', nth: 0 }, /nth must be a whole number/],
    [{ operation: 's3:CreateBucket', effect: 'error', code: 'SlowDown', times: 'often' }, /times must be/],
    [{ operation: 's3:CreateBucket', effect: 'error', code: 'SlowDown', delay: 5 }, /no member delay; it has/],
    [{ effect: 'error' }, /operation must be a text/],
  ])('given %j, is refused by name before anything changes', (fault, message) => {
    const parts = makeLab();
    expect(() => parts.lab.inject(fault)).toThrow(message);
    expect([parts.faults.armed, parts.journal.entries()]).toEqual([[], []]);
  });

  test('given an id that is not armed, the removal names those that are', () => {
    const { lab } = makeLab();
    lab.inject({ operation: 's3:CreateBucket', effect: 'lost-answer' });
    expect(() => lab.remove(7)).toThrow('There is no armed fault 7. Armed: 1.');
  });
});

describe('skipped time', () => {
  test('fires what is due, and its mark comes before what it leads to', () => {
    const parts = makeLab();
    parts.clock.after(60_000, () => parts.journal.write('bug', {}));
    const before = parts.clock.now();
    expect(parts.lab.skip({ ms: 61_000 })).toMatchObject({ skippedMs: 61_000 });
    expect(parts.journal.entries()).toMatchObject([{ hop: 'lab', action: 'skip', ms: 61_000 }, { hop: 'bug' }]);
    expect((parts.journal.entries()[1]?.at ?? 0) - before).toBeGreaterThanOrEqual(61_000);
  });

  test('is there again in the next run on the same storage, before anything reads the clock', () => {
    const parts = makeLab();
    resumeSkippedTime(parts.clock, parts.storage);
    parts.lab.skip({ ms: 60_000 });
    parts.lab.skip({ ms: 1000 });
    const clock = new SkippingClock();
    resumeSkippedTime(clock, parts.storage);
    expect(clock.skippedMs).toBe(61_000);
    resumeSkippedTime(parts.clock, parts.storage);
    expect(parts.clock.skippedMs).toBe(61_000);
  });

  test.each([{}, { ms: 0 }, { ms: -1 }, { ms: 1.5 }, { ms: '60000' }, { ms: 400 * 86_400_000 }, { ms: 1, by: 2 }])(
    'given %j, is refused before anything changes',
    (body) => {
      const { lab, clock, journal } = makeLab();
      expect(() => lab.skip(body)).toThrow(/ms/);
      expect([clock.skippedMs, journal.entries()]).toEqual([0, []]);
    },
  );

  test("given the machine's own clock, is refused, and the state says that it cannot skip", () => {
    const parts = makeParts();
    const lab = new Lab({ ...parts, clock: systemClock(), functions: new Map(), pipes: new Map() }, APIS);
    expect(() => lab.skip({ ms: 1 })).toThrow('cannot skip time');
    expect(lab.state()).toMatchObject({ canSkip: false, skippedMs: 0 });
  });
});

describe('a function', () => {
  test('is killed, and the journal says with which invocations', async () => {
    const parts = makeLab();
    expect(await parts.lab.kill('greeter')).toEqual({ functionName: 'greeter', invocations: ['a-request'] });
    expect(parts.greeter.killed).toBe(1);
    expect(entriesOf(parts, 'lab')).toMatchObject([
      { action: 'kill', functionName: 'greeter', invocations: ['a-request'] },
    ]);
  });

  test('given a name that no function has, is refused with those that there are', async () => {
    await expect(makeLab().lab.kill('nobody')).rejects.toThrow('There is no function nobody. Functions: greeter.');
  });
});
