import { describe, expect, test } from '@jest/globals';
import type { PipeDeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import type { PipeRecords } from '../../../../operations/dead-letters/pipe-records.ts';
import { emptyOutcome, redrivePipe } from '../../../../operations/dead-letters/redrive-queue.ts';
import { Pace } from '../../../../operations/time/waiting.ts';
import { FakeQueue, pipeBody } from './fake-queue.ts';

/** Notes what its turns are for; the test may do something then. */
class NotedPace extends Pace {
  readonly weights: number[] = [];
  onTurn: () => void = () => {};

  override async turn(_signal: AbortSignal, weight = 1): Promise<void> {
    this.weights.push(weight);
    this.onTurn();
  }
}

const STRETCH = { startSequenceNumber: '1', endSequenceNumber: '10' };

/** Where the records of a dead letter stood. */
function placeIn({ startSequenceNumber, endSequenceNumber }: typeof STRETCH): typeof STRETCH {
  return { startSequenceNumber, endSequenceNumber };
}

function registrations(...users: string[]): PipeRecords['registrations'] {
  return users.map((userId, index) => ({
    userId,
    registeredAt: 1714458435,
    eventId: `event-of-${userId}`,
    sequenceNumber: String(index + 11),
  }));
}

/** A pipe's dead-letter queue with one message for each entry: what the stream has for it. */
function redrive(
  stream: Readonly<Record<string, PipeRecords>>,
  refuse: (users: string[]) => Record<string, string> = () => ({}),
  leave?: (body: string) => Promise<void>,
  refuseRecords: (number: string) => void = () => {},
  {
    most = 100,
    leaveFirst = false,
    onTurn,
  }: { most?: number; leaveFirst?: boolean; onTurn?: (stop: AbortController) => void } = {},
) {
  const numbers = Object.keys(stream);
  const queue = new FakeQueue(Object.fromEntries(numbers.map((number) => [`m${number}`, pipeBody(number)])));
  const put: string[] = [];
  const outcome = emptyOutcome();
  const stop = new AbortController();
  const pace = new NotedPace(1, { now: queue.now, pause: async () => {} });
  pace.onTurn = () => onTurn?.(stop);
  const leaveIt = async (body: string) => {
    if (leaveFirst) queue.addFirst(`left-${queue.ids.length}`, body);
    else queue.add(`left-${queue.ids.length}`, body);
  };
  const run = redrivePipe(
    {
      queue,
      outcome,
      pace,
      signal: stop.signal,
      now: queue.now,
      most,
      onProgress: () => {},
    },
    {
      recordsOf: async ({ batch }: PipeDeadLetter) => {
        refuseRecords(batch.startSequenceNumber);
        return stream[batch.startSequenceNumber] ?? { registrations: [], others: 0 };
      },
      put: async (given) => {
        const users = given.map(({ userId }) => userId);
        put.push(...users);
        const problems = refuse(users);
        return given.flatMap((registration) => {
          const problem = problems[registration.userId];
          return problem === undefined ? [] : [{ registration, problem }];
        });
      },
      leave: leave ?? leaveIt,
    },
  );
  return { queue, put, outcome, pace, run };
}

describe("redriving the pipe's messages", () => {
  test('puts their registrations on the bus, drops other changes, and deletes the messages', async () => {
    const { queue, put, outcome, run } = redrive({
      1: { registrations: registrations('alice', 'bob'), others: 1 },
      2: { registrations: registrations('carol'), others: 0 },
      3: { registrations: [], others: 2 },
    });
    await run;
    expect(put.sort()).toEqual(['alice', 'bob', 'carol']);
    expect(queue.ids).toEqual([]);
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 3, registrations: 3, others: 3 });
  });

  test('puts deletions on the bus as well, and counts them by themselves', async () => {
    const deletions = (...users: string[]) =>
      registrations(...users).map(({ registeredAt: deletedAt, ...row }) => ({ ...row, deletedAt, deletedBy: '' }));
    const { queue, put, outcome, run } = redrive(
      {
        1: { registrations: [], deletions: deletions('alice', 'bob', 'carol'), others: 0 },
        2: { registrations: [], deletions: deletions('dan'), others: 0 },
      },
      () => ({ bob: 'no' }),
    );
    await run;
    expect(put.sort()).toEqual(['alice', 'bob', 'carol', 'dan']);
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 1, deletions: 3, refused: ['no'] });
    expect(queue.ids).toEqual(['left-2']);
  });

  test('waits for its turn as long as its events need, and at least as long as one', async () => {
    const { pace, run } = redrive({
      1: { registrations: registrations('alice', 'bob', 'carol'), others: 0 },
      2: { registrations: [], others: 1 },
    });
    await run;
    expect(pace.weights).toEqual([3, 1]);
  });

  test('stopped while it waits for its turn, puts nothing on the bus', async () => {
    const { queue, put, run } = redrive(
      { 1: { registrations: registrations('alice'), others: 0 } },
      undefined,
      undefined,
      undefined,
      { onTurn: (stop) => stop.abort() },
    );
    await run;
    expect(put).toEqual([]);
    expect(queue.visibleIds).toEqual(['m1']);
  });

  test('does not count the messages that it has left itself', async () => {
    const stream = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => {
        const rest = index === 0 && { lost: 'gone', lostIn: [STRETCH] };
        return [100 + index, { registrations: registrations(`u${index}`), others: 0, ...rest }];
      }),
    );
    const { queue, outcome, run } = redrive(stream, undefined, undefined, undefined, { most: 12, leaveFirst: true });
    await run;
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 11, registrations: 12, lost: ['gone'] });
    expect(queue.visibleIds).toEqual(['left-12']);
  });

  test('ends where reading the stream fails for a reason that concerns all', async () => {
    const { queue, put, run } = redrive(
      { 1: { registrations: registrations('alice'), others: 0 } },
      undefined,
      undefined,
      () => {
        throw new Error('no connection');
      },
    );
    await expect(run).rejects.toThrow('no connection');
    expect(put).toEqual([]);
    expect(queue.visibleIds).toEqual(['m1']);
  });

  test('keeps a message whose records are lost, and says why', async () => {
    const { queue, put, outcome, run } = redrive({
      1: { registrations: [], others: 0, lost: 'the stream has dropped them' },
      2: { registrations: registrations('bob'), others: 0 },
    });
    await run;
    expect(put).toEqual(['bob']);
    expect(queue.visibleIds).toEqual(['m1']);
    expect(outcome).toEqual({
      ...emptyOutcome(),
      redriven: 1,
      registrations: 1,
      lost: ['the stream has dropped them'],
    });
  });

  test('puts what is left of records of which some are lost, and leaves a message about the lost ones alone', async () => {
    const { queue, put, outcome, run } = redrive({
      1: {
        registrations: registrations('bob'),
        others: 3,
        lost: 'the stream has dropped them',
        lostIn: [STRETCH],
      },
    });
    await run;
    expect(put).toEqual(['bob']);
    expect(queue.visibleIds).toEqual(['left-1']);
    expect(queue.bodies.map((body) => JSON.parse(body))).toEqual([JSON.parse(pipeBody('1', '10'))]);
    expect(outcome).toEqual({
      ...emptyOutcome(),
      registrations: 1,
      others: 3,
      lost: ['the stream has dropped them'],
    });
  });

  test('keeps of a message the registrations that the bus refused, and those alone', async () => {
    const { queue, outcome, run } = redrive({ 1: { registrations: registrations('alice', 'bob'), others: 0 } }, () => ({
      bob: 'bob: MalformedDetail: no',
    }));
    await run;
    expect(queue.visibleIds).toEqual(['left-1']);
    expect(queue.bodies.map((body) => JSON.parse(body))).toEqual([JSON.parse(pipeBody('12'))]);
    expect(outcome).toEqual({ ...emptyOutcome(), registrations: 1, refused: ['bob: MalformedDetail: no'] });
  });

  test('given several that the bus refused, and several lost stretches, leaves a message about each', async () => {
    const STRETCHES = [STRETCH, { startSequenceNumber: '30', endSequenceNumber: '31' }];
    const records = {
      registrations: registrations('alice', 'bob', 'carol'),
      others: 0,
      lost: 'gone',
      lostIn: STRETCHES,
    };
    const { queue, run } = redrive({ 1: records }, () => ({ alice: 'no', carol: 'no' }));
    await run;
    const all = redrive({ 1: { registrations: registrations('alice', 'bob'), others: 0 } }, () => ({
      alice: 'a',
      bob: 'b',
    }));
    await all.run;
    expect(all.outcome).toEqual({ ...emptyOutcome(), refused: ['a; b'] });
    const stretches = [pipeBody('1', '10'), pipeBody('30', '31'), pipeBody('11'), pipeBody('13')];
    expect(queue.bodies.map((body) => JSON.parse(body).DDBStreamBatchInfo)).toEqual(
      stretches.map((body) => expect.objectContaining(placeIn(JSON.parse(body).DDBStreamBatchInfo))),
    );
  });

  test('leaves a message alone of which the bus took nothing', async () => {
    const { queue, run } = redrive({ 1: { registrations: registrations('alice'), others: 2 } }, () => ({
      alice: 'alice: MalformedDetail: no',
    }));
    await run;
    expect(queue.visibleIds).toEqual(['m1']);
  });

  test('killed before the message about the rest is there, keeps the whole one', async () => {
    const left = { registrations: registrations('bob'), others: 0, lost: 'gone', lostIn: [STRETCH] };
    const { queue, run } = redrive({ 1: left }, undefined, async () => {
      throw new Error('killed');
    });
    await expect(run).rejects.toThrow('killed');
    expect(queue.visibleIds).toEqual(['m1']);
  });

  test('keeps the message when the request fails, and ends', async () => {
    const { queue, run } = redrive({ 1: { registrations: registrations('alice'), others: 0 } }, () => {
      throw new Error('AccessDeniedException');
    });
    await expect(run).rejects.toThrow('AccessDeniedException');
    expect(queue.visibleIds).toEqual(['m1']);
  });

  test('interrupted with the registrations on the bus and the message not deleted, keeps it, to put them there again', async () => {
    const { queue, put, outcome, run } = redrive({ 1: { registrations: registrations('alice'), others: 1 } });
    queue.beforeCall = (call) => {
      if (call.startsWith('delete')) throw new Error('killed');
    };
    await expect(run).rejects.toThrow('killed');
    expect(put).toEqual(['alice']);
    expect(outcome).toEqual({ ...emptyOutcome(), registrations: 1 });
    expect(queue.visibleIds).toEqual(['m1']);
  });

  test.each([
    ['that names a stream which nobody here may read', 'AccessDeniedException', 'recordsOf'],
    ['whose registrations the bus refuses as a whole', 'ValidationException', 'put'],
    ['of which the rest cannot be put back', 'InvalidMessageContents', 'leave'],
  ])('given one deadLetter %s, then all others are redriven, and it stays', async (_case, name, failing) => {
    const refusal = Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 400 } });
    const refuse = (isMeant: boolean) => {
      if (isMeant) throw refusal;
    };
    const partial = { lost: 'gone', lostIn: [STRETCH] };
    const { queue, outcome, run } = redrive(
      {
        1: { registrations: registrations('alice'), others: 0 },
        2: { registrations: registrations('bob'), others: 0, ...(failing === 'leave' && partial) },
        3: { registrations: registrations('carol'), others: 0 },
      },
      (users) => {
        refuse(failing === 'put' && users.includes('bob'));
        return {};
      },
      async () => refuse(failing === 'leave'),
      (number) => refuse(failing === 'recordsOf' && number === '2'),
    );
    await run;
    expect(queue.visibleIds).toEqual(['m2']);
    expect(outcome).toMatchObject({ redriven: 2, failed: [{ messageId: 'm2', problem: `${name}: no` }] });
  });

  test('leaves what is not of the pipe', async () => {
    const { queue, outcome, run } = redrive({});
    queue.add('x', '{"source":"somebody"}');
    await run;
    expect(queue.visibleIds).toEqual(['x']);
    expect(outcome).toEqual({ ...emptyOutcome(), foreign: 1 });
  });
});
