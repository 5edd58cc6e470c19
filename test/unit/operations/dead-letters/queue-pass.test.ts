import { describe, expect, jest, test } from '@jest/globals';
import type { ReceivedMessage } from '../../../../operations/dead-letters/message-queue.ts';
import { type Decision, processMessages } from '../../../../operations/dead-letters/queue-pass.ts';
import { FakeQueue, messages } from './fake-queue.ts';

const DONE: Decision = { onDeleted: () => {} };

const receivesOf = (queue: FakeQueue) => queue.calls.filter((call) => call === 'receive').length;
/** An error that is about one message, or about every one. */
const refused = (name: string) => Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 500 } });

function pass(
  queue: FakeQueue,
  fate: Decision | ((id: string) => Decision | Promise<Decision>),
  most = 1000,
  concurrency = 1,
) {
  const stop = new AbortController();
  const seen: string[] = [];
  const run = processMessages(
    queue,
    { most, concurrency, signal: stop.signal, now: queue.now },
    async ({ MessageId }) => {
      seen.push(MessageId);
      return typeof fate === 'function' ? fate(MessageId) : fate;
    },
  );
  return { seen, stop, run };
}

describe('going through a queue', () => {
  test.each([1, 4])(
    'sees each message once and gives all back that are kept, with a concurrency of %i',
    async (concurrency) => {
      const queue = new FakeQueue(messages(25));
      const { seen, run } = pass(queue, 'kept', 1000, concurrency);
      await run;
      expect(seen.sort()).toEqual(queue.ids);
      expect(queue.visibleIds).toEqual(queue.ids);
    },
  );

  test.each([1, 4])('deletes what is done, after it is done, with a concurrency of %i', async (concurrency) => {
    const queue = new FakeQueue(messages(25));
    const note = (id: string): Decision => {
      queue.calls.push(`done ${id}`);
      return DONE;
    };
    const { run } = pass(queue, note, 1000, concurrency);
    await run;
    expect(queue.ids).toEqual([]);
    for (const id of Object.keys(messages(25))) {
      expect(queue.calls.indexOf(`done ${id}`)).toBeLessThan(queue.calls.indexOf(`delete ${id}`));
    }
  });

  test.each([1, 4])('leaves alone what is beyond the limit, with a concurrency of %i', async (concurrency) => {
    const queue = new FakeQueue(messages(25));
    const { seen, run } = pass(queue, DONE, 12, concurrency);
    await run;
    expect(seen).toHaveLength(12);
    expect(queue.visibleIds).toHaveLength(13);
    expect(queue.calls.filter((call) => call.startsWith('hide'))).toEqual([]);
    expect(receivesOf(queue)).toBe(2);
    expect(queue.calls).not.toContain('depth');
  });

  test('ends with a receive that finds nothing in a queue that holds nothing more', async () => {
    const queue = new FakeQueue(messages(3));
    await pass(queue, 'kept').run;
    expect(receivesOf(queue)).toBe(2);
  });

  test('counts only messages that were received, however many it asked for', async () => {
    const queue = new FakeQueue(messages(3));
    const { seen, run } = pass(
      queue,
      (id) => {
        if (id === 'm03') for (const late of ['n1', 'n2', 'n3', 'n4']) queue.add(late, late);
        return DONE;
      },
      6,
    );
    await run;
    expect(seen).toEqual(['m01', 'm02', 'm03', 'n1', 'n2', 'n3']);
  });

  test.each([undefined, () => true])('ends only after five receives in a row that find nothing', async (isChosen) => {
    const queue = new FakeQueue(messages(25));
    queue.beforeCall = (call) => {
      // Each fifth receive finds something.
      if (call === 'receive') queue.emptyReceives = receivesOf(queue) % 5 === 4 ? 0 : 1;
    };
    const seen: string[] = [];
    const receives: number[] = [];
    const options = { most: 1000, signal: new AbortController().signal, now: queue.now };
    await processMessages(queue, { ...options, ...(isChosen && { isChosen }) }, async ({ MessageId }) => {
      seen.push(MessageId);
      receives.push(receivesOf(queue));
      return DONE;
    });
    expect(seen).toHaveLength(25);
    // Chosen ones are all found before the first is decided about; then the queue has nothing more.
    expect(receives[0]).toBe(isChosen === undefined ? 5 : 16);
  });

  test('works with messages that lack parts: of some there is only the handle, or nothing', async () => {
    const deleted: string[] = [];
    const hidden: string[][] = [];
    const bare = (ReceiptHandle: string): ReceivedMessage => ({ MessageId: '', ReceiptHandle, Body: '' });
    const waiting = [bare('h'), bare('')];
    const queue = {
      depth: async () => ({ waiting: waiting.length, inFlight: 0 }),
      receive: async () => waiting.splice(0, 1),
      delete: async (handle: string) => void deleted.push(handle),
      hide: async (handles: readonly string[]) => void hidden.push([...handles]),
    };
    const options = { most: 1, signal: new AbortController().signal, now: () => 0 };
    await processMessages(queue, options, async () => DONE);
    await processMessages(queue, options, async () => 'kept');
    expect(deleted).toEqual(['h']);
    // A message without a handle is visible again when its time is over.
    expect(hidden).toEqual([[], []]);
    waiting.push(bare('other'));
    await processMessages(queue, { ...options, isChosen: () => false }, async () => DONE);
    // It is given back before the end.
    expect(hidden.slice(2)).toEqual([['other'], []]);
  });

  test('does not count what is uncounted', async () => {
    const queue = new FakeQueue(messages(25));
    const { run } = pass(queue, (id) => (id < 'm11' ? 'uncounted' : DONE), 15);
    await run;
    expect(queue.visibleIds).toEqual(Object.keys(messages(10)));
  });

  test('continues after receives that find nothing while the queue holds something', async () => {
    const queue = new FakeQueue(messages(3));
    queue.emptyReceives = 4;
    const { seen, run } = pass(queue, DONE);
    await run;
    expect(seen).toHaveLength(3);
  });

  test('does not wait without end for what SQS counts and does not hand out', async () => {
    const queue = new FakeQueue(messages(3));
    queue.emptyReceives = 1000;
    const { seen, run } = pass(queue, DONE);
    await run;
    expect(seen).toEqual([]);
    expect(queue.calls.filter((call) => call === 'receive')).toHaveLength(5);
  });

  test('given a message that is delivered twice while it is held, sees it once and gives it back', async () => {
    const queue = new FakeQueue(messages(12));
    const { seen, run } = pass(queue, (id) => {
      if (id === 'm10') queue.deliverAgain('m01');
      return 'kept';
    });
    await run;
    expect(seen.sort()).toEqual(queue.ids);
    expect(queue.visibleIds).toEqual(queue.ids);
  });

  test('given a message that is delivered again after it was deleted, deletes it again', async () => {
    const queue = new FakeQueue(messages(12));
    const { seen, run } = pass(queue, (id) => {
      if (id === 'm11') queue.add('m01', 'm01');
      return DONE;
    });
    await run;
    expect(seen).toHaveLength(12);
    expect(queue.ids).toEqual([]);
  });

  test('given one that cannot be deleted again, gives it back, or ends where that concerns all', async () => {
    for (const [error, left] of [
      [refused('InternalError'), ['m01']],
      [new Error('no connection'), []],
    ] as const) {
      const queue = new FakeQueue(messages(12));
      const { run } = pass(queue, (id) => {
        if (id !== 'm11') return DONE;
        queue.addFirst('m01', 'm01');
        queue.beforeCall = (call) => {
          if (call === 'delete m01') throw error;
        };
        return DONE;
      });
      if (left.length === 1) await run;
      else await expect(run).rejects.toBe(error);
      expect(queue.visibleIds).toEqual(left);
    }
  });

  test('given a message that cannot be deleted, ends with that error if nothing notes it', async () => {
    const queue = new FakeQueue(messages(3));
    const error = refused('InternalError');
    queue.beforeCall = (call) => {
      if (call === 'delete m02') throw error;
    };
    await expect(pass(queue, DONE).run).rejects.toBe(error);
  });

  test('reports a message as done when it is deleted, and not one that cannot be', async () => {
    const queue = new FakeQueue(messages(3));
    queue.beforeCall = (call) => {
      if (call === 'delete m02') throw new Error('denied');
    };
    const told: string[] = [];
    const { run } = pass(queue, (id) => ({
      onDeleted: () => {
        expect(queue.ids).not.toContain(id);
        told.push(id);
      },
    }));
    await expect(run).rejects.toThrow('denied');
    expect(told).not.toContain('m02');
    expect([...told, ...queue.ids].sort()).toEqual(['m01', 'm02', 'm03']);
  });

  test('hides those anew that wait long for their turn behind others of the same receive', async () => {
    const queue = new FakeQueue(messages(10));
    let turn: Promise<unknown> = Promise.resolve();
    const { run } = pass(queue, (id) => {
      const mine = turn.then(() => {
        expect(queue.visibleIds).not.toContain(id);
        queue.time += 15_000;
        return new Promise((resolve) => setImmediate(resolve));
      });
      turn = mine;
      return mine.then(() => DONE);
    });
    await run;
    expect(queue.ids).toEqual([]);
    expect(queue.calls.filter((call) => call === 'hide m10 60').length).toBeGreaterThan(2);
  });

  test('hides kept messages again during the pass, so that no one else gets them', async () => {
    const queue = new FakeQueue(messages(30));
    const { seen, run } = pass(queue, () => {
      queue.time += 3000;
      return 'kept';
    });
    await run;
    expect(seen).toHaveLength(30);
    // After each batch, which takes half of the time for which it is hidden.
    expect(queue.calls.filter((call) => call === 'hide m01 60')).toHaveLength(3);
    expect(queue.visibleIds).toHaveLength(30);
  });

  test.each([
    [20_000, 0],
    [20_001, 1],
  ])('hides a message again when less than 40 s are left of its time: after %i ms', async (ms, times) => {
    const queue = new FakeQueue(messages(1));
    await pass(queue, () => {
      queue.time += ms;
      return 'kept';
    }).run;
    expect(queue.calls.filter((call) => call === 'hide m01 60')).toHaveLength(times);
  });

  test('goes by the clock of the machine unless it has another one', async () => {
    const queue = new FakeQueue(messages(10));
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => queue.time);
    const options = { most: 10, signal: new AbortController().signal };
    await processMessages(queue, options, async () => {
      queue.time += 3000;
      return 'kept';
    });
    clock.mockRestore();
    expect(queue.calls).toContain('hide m01 60');
  });
});

describe('a pass that is interrupted', () => {
  test('begins no message more, finishes pending work, and gives the others back at once', async () => {
    const queue = new FakeQueue(messages(25));
    const given = pass(queue, (id) => {
      if (id === 'm03') given.stop.abort();
      return DONE;
    });
    await given.run;
    expect(given.seen).toEqual(['m01', 'm02', 'm03']);
    expect(queue.visibleIds).toEqual(Object.keys(messages(25)).slice(3));
  });

  test('before it begins, receives nothing', async () => {
    const queue = new FakeQueue(messages(1));
    const stop = AbortSignal.abort();
    await processMessages(queue, { most: 1, signal: stop, now: queue.now }, async () => DONE);
    expect(queue.calls).toEqual([]);
  });

  test.each([1, 4])(
    'by an error, gives everything back and says what it was, with a concurrency of %i',
    async (concurrency) => {
      const queue = new FakeQueue(messages(25));
      const denied = new Error('denied');
      const { run } = pass(queue, (id) => (id === 'm03' ? Promise.reject(denied) : DONE), 1000, concurrency);
      await expect(run).rejects.toBe(denied);
      expect(queue.ids).toContain('m03');
      expect(queue.visibleIds).toEqual(queue.ids);
    },
  );

  test('by an error, says what it was, also where nothing can be given back', async () => {
    const queue = new FakeQueue(messages(3));
    const denied = new Error('denied');
    queue.beforeCall = (call) => {
      if (call.endsWith(' 0')) throw new Error('cannot be hidden');
    };
    await expect(pass(queue, () => Promise.reject(denied)).run).rejects.toBe(denied);
  });

  test('by nothing, says that something cannot be given back', async () => {
    const queue = new FakeQueue(messages(3));
    queue.beforeCall = (call) => {
      if (call.endsWith(' 0')) throw new Error('cannot be hidden');
    };
    await expect(pass(queue, 'kept').run).rejects.toThrow('cannot be hidden');
  });

  test('by an error, begins nothing more of what it has received already', async () => {
    const queue = new FakeQueue(messages(10));
    const stop = new AbortController();
    const waiting: AbortSignal[] = [];
    const ended = processMessages(queue, { most: 10, signal: stop.signal, now: queue.now }, async (_, signal) => {
      waiting.push(signal);
      if (waiting.length === 1) throw new Error('denied');
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 'kept';
    });
    await expect(ended).rejects.toThrow('denied');
    expect(waiting).toHaveLength(10);
    expect(queue.visibleIds).toHaveLength(10);
  });

  test('by a deletion that fails, keeps the message', async () => {
    const queue = new FakeQueue(messages(3));
    queue.beforeCall = (call) => {
      if (call === 'delete m02') throw new Error('denied');
    };
    await expect(pass(queue, DONE).run).rejects.toThrow('denied');
    expect(queue.visibleIds).toContain('m02');
  });
});

describe('going through a queue for chosen messages', () => {
  /** Every fifth message is chosen. */
  const IDS = Object.keys(messages(60));
  const CHOSEN = IDS.filter((_, index) => index % 5 === 4);
  const OTHERS = IDS.filter((id) => !CHOSEN.includes(id));

  function chosenPass(queue: FakeQueue, decide: (id: string) => Decision | Promise<Decision>, most = CHOSEN.length) {
    const stop = new AbortController();
    const seen: string[] = [];
    const isChosen = ({ MessageId }: ReceivedMessage) => CHOSEN.includes(MessageId);
    const options = { most, signal: stop.signal, now: queue.now, isChosen };
    const run = processMessages(queue, options, async ({ MessageId }) => {
      seen.push(MessageId);
      return await decide(MessageId);
    });
    return { seen, stop, run };
  }

  test('decides about those alone, and has given all others back before', async () => {
    const queue = new FakeQueue(messages(60));
    const { seen, run } = chosenPass(queue, () => {
      expect(queue.visibleIds).toEqual(OTHERS);
      return DONE;
    });
    await run;
    expect(seen.sort()).toEqual(CHOSEN);
    expect(queue.visibleIds).toEqual(OTHERS);
  });

  test.each([
    [9, 2],
    [10, 5],
  ])('reads a queue of %i messages by one loop only if one receive may be all', async (count, receives) => {
    const queue = new FakeQueue(messages(count));
    await chosenPass(queue, () => DONE, 1000).run;
    // After a deletion it looks once more, and again by one loop.
    const first = queue.calls.indexOf('delete m05');
    expect(queue.calls.slice(0, first).filter((call) => call === 'receive')).toHaveLength(receives);
  });

  test('receives nothing more once it holds what is wanted', async () => {
    const queue = new FakeQueue(messages(60));
    await chosenPass(queue, () => DONE, 2).run;
    expect(receivesOf(queue)).toBe(1);
  });

  test('does not wait without end for what SQS counts and does not hand out', async () => {
    const queue = new FakeQueue(messages(60));
    queue.emptyReceives = 1000;
    const { seen, run } = chosenPass(queue, () => DONE);
    await run;
    expect(seen).toEqual([]);
    expect(receivesOf(queue)).toBe(5);
  });

  test('finds as many as are wanted, and no more', async () => {
    const queue = new FakeQueue(messages(60));
    const { seen, run } = chosenPass(queue, () => DONE, 3);
    await run;
    expect(seen).toHaveLength(3);
    expect(queue.visibleIds).toHaveLength(57);
  });

  test('ends where a chosen message is not there any more', async () => {
    const queue = new FakeQueue(messages(60));
    const { seen, run } = chosenPass(queue, () => DONE, 1000);
    await run;
    expect(seen).toHaveLength(CHOSEN.length);
    expect(queue.visibleIds).toEqual(OTHERS);
  });

  test('ends where those that are kept stay in its hands, and gives them back too', async () => {
    const queue = new FakeQueue(messages(60));
    const { seen, run } = chosenPass(queue, () => 'kept', 1000);
    await run;
    expect(seen.sort()).toEqual(CHOSEN);
    expect(queue.visibleIds).toEqual(IDS);
  });

  test('holds a few hundred at a time, and gives the others back in between', async () => {
    const queue = new FakeQueue(messages(1300));
    let largest = 0;
    const options = { most: 1200, signal: new AbortController().signal, now: queue.now };
    let decided = 0;
    const isChosen = ({ MessageId }: ReceivedMessage) => !MessageId.endsWith('00');
    await processMessages(queue, { ...options, isChosen }, async () => {
      decided += 1;
      const { inFlight } = await queue.depth();
      largest = Math.max(largest, inFlight);
      return DONE;
    });
    expect(decided).toBe(1200);
    expect(largest).toBeLessThan(600);
    expect(queue.visibleIds).toEqual(queue.ids);
  });

  test('hides those anew that wait long for their turns', async () => {
    const queue = new FakeQueue(messages(60));
    let turn: Promise<unknown> = Promise.resolve();
    const { run } = chosenPass(queue, () => {
      turn = turn.then(() => {
        queue.time += 15_000;
        expect(queue.visibleIds).toEqual(OTHERS);
        return new Promise((resolve) => setImmediate(resolve));
      });
      return turn.then(() => DONE);
    });
    await run;
    expect(queue.visibleIds).toEqual(OTHERS);
  });

  test.each(['receive', 'hide'])('by an error of %s, gives back what it can', async (name) => {
    const queue = new FakeQueue(messages(60));
    let failures = 1;
    queue.beforeCall = (call) => {
      if (call.startsWith(name) && queue.calls.length > 3 && failures-- > 0) throw new Error('denied');
    };
    await expect(chosenPass(queue, () => DONE).run).rejects.toThrow('denied');
    expect(queue.visibleIds).toEqual(queue.ids);
    expect(queue.ids).toEqual(expect.arrayContaining(OTHERS));
  });

  test('that is stopped in the search or later, gives all others back at once', async () => {
    for (let last = 1; ; last++) {
      const queue = new FakeQueue(messages(60));
      let calls = 0;
      const given = chosenPass(queue, () => DONE);
      queue.beforeCall = () => {
        if (++calls === last) given.stop.abort();
      };
      await given.run;
      expect(queue.visibleIds).toEqual(queue.ids);
      expect(queue.ids).toEqual(expect.arrayContaining(OTHERS));
      if (calls < last) break;
    }
    expect.hasAssertions();
  });
});
