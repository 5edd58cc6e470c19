import { describe, expect, test } from '@jest/globals';
import type { ReceivedMessage } from '../../../../operations/dead-letters/message-queue.ts';
import { emptyOutcome, handledMessages, redriveEvents } from '../../../../operations/dead-letters/redrive-queue.ts';
import { Pace } from '../../../../operations/time/waiting.ts';
import { eventBody, FakeQueue, messages } from './fake-queue.ts';

/** A dead-letter queue, and the queue that its events go to. */
function redrive(queue: FakeQueue, most = 1000, concurrency = 1, chosen?: readonly string[], knowsWhatWasThere = true) {
  const stop = new AbortController();
  const sent: string[] = [];
  const outcome = emptyOutcome();
  const pace = new Pace(1_000_000, { now: queue.now, pause: async () => {} });
  const run = (onSent: (body: string) => void = () => {}) => {
    const there = new Set(queue.ids);
    const wasThere = (messageId: string) => there.has(messageId);
    const known = knowsWhatWasThere && { wasThere };
    const options = { queue, pace, outcome, signal: stop.signal, now: queue.now, most, concurrency, ...known };
    const choice = chosen && {
      isChosen: ({ MessageId }: ReceivedMessage) => chosen.includes(MessageId),
      most: chosen.length,
    };
    return redriveEvents({ ...options, ...choice, onProgress: () => {} }, async (body) => {
      queue.beforeCall('send');
      sent.push(body);
      onSent(body);
    });
  };
  return { stop, sent, outcome, run };
}

const FIFTY = messages(50, (id) => eventBody(id));

describe('redriving events', () => {
  test.each([1, 5])(
    'sends each event as it is, then deletes its message, with a concurrency of %i',
    async (concurrency) => {
      const queue = new FakeQueue(FIFTY);
      const { sent, outcome, run } = redrive(queue, 1000, concurrency);
      await run((body) => expect(queue.ids).toContain(JSON.parse(body).detail.metadata.eventId));
      expect(sent.sort()).toEqual(Object.values(FIFTY).sort());
      expect(queue.ids).toEqual([]);
      expect(outcome).toEqual({ ...emptyOutcome(), redriven: 50 });
    },
  );

  test('leaves what is beyond the limit', async () => {
    const queue = new FakeQueue(FIFTY);
    const { sent, outcome, run } = redrive(queue, 7);
    await run();
    expect(sent).toHaveLength(7);
    expect(queue.visibleIds).toHaveLength(43);
    expect(handledMessages(outcome)).toBe(7);
  });

  test('never sends what is no event, and leaves it', async () => {
    const queue = new FakeQueue({ ...messages(3, (id) => eventBody(id)), x1: 'hello', x2: pipeMessage() });
    const { sent, outcome, run } = redrive(queue);
    await run();
    expect(sent).toHaveLength(3);
    expect(queue.visibleIds).toEqual(['x1', 'x2']);
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 3, foreign: 2 });
  });

  test('does not send an event again that fails again and comes back during the run', async () => {
    const queue = new FakeQueue(FIFTY);
    const { sent, outcome, run } = redrive(queue, 50);
    const returned: string[] = [];
    await run((body) => {
      if (sent.length % 10 !== 5) return;
      returned.push(`returned-${returned.length}`);
      queue.addFirst(returned.at(-1) ?? '', body);
    });
    expect(sent.sort()).toEqual(Object.values(FIFTY).sort());
    expect(returned).toHaveLength(5);
    expect(queue.visibleIds).toEqual(returned);
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 50, cameBack: 5 });
  });

  test('sends an event that came meanwhile: it has not come back', async () => {
    const queue = new FakeQueue(messages(12, (id) => eventBody(id)));
    const { sent, outcome, run } = redrive(queue);
    await run(() => sent.length === 11 && queue.add('new', eventBody('new')));
    expect(sent).toContain(eventBody('new'));
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 13 });
  });

  test('takes a second message of an event for one that came back, if it is not known what was there', async () => {
    const queue = new FakeQueue({ ...messages(3, (id) => eventBody(id)), twin: eventBody('m02') });
    const { outcome, run } = redrive(queue, 1000, 1, undefined, false);
    await run();
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 3, cameBack: 1 });
    expect(queue.visibleIds).toEqual(['twin']);
  });

  test('sends each chosen message of an event, also if it is not known what was there', async () => {
    const queue = new FakeQueue({ ...messages(3, (id) => eventBody(id)), twin: eventBody('m02') });
    const { outcome, run } = redrive(queue, 1000, 1, ['m02', 'twin'], false);
    await run();
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 2 });
    expect(queue.visibleIds).toEqual(['m01', 'm03']);
  });

  test('sends each message of an event that was there twice, as after an interruption', async () => {
    const queue = new FakeQueue({ ...FIFTY, twin: eventBody('m04') });
    const { sent, outcome, run } = redrive(queue);
    await run();
    expect(sent.filter((body) => body === eventBody('m04'))).toHaveLength(2);
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 51 });
    expect(queue.ids).toEqual([]);
  });
});

/** Every fourth message of a queue. */
const IDS = Object.keys(messages(40));
const CHOSEN = IDS.filter((_, index) => index % 4 === 3);
const OTHERS = IDS.filter((id) => !CHOSEN.includes(id));
const bodiesOf = (ids: readonly string[]) => ids.map((id) => eventBody(id));

describe('a redrive of chosen messages', () => {
  const full = () => new FakeQueue(messages(40, (id) => eventBody(id)));

  test.each([1, 5])('sends those alone; the others are untouched, with a concurrency of %i', async (concurrency) => {
    const queue = full();
    const { sent, outcome, run } = redrive(queue, 1000, concurrency, CHOSEN);
    await run(() => expect(queue.visibleIds).toEqual(OTHERS));
    expect(sent.sort()).toEqual(bodiesOf(CHOSEN));
    expect(queue.visibleIds).toEqual(OTHERS);
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: CHOSEN.length });
  });

  test('also sends a second message of the same event, and counts one that has failed again since', async () => {
    const queue = full();
    queue.add('twin', eventBody('m04'));
    const { sent, outcome, run } = redrive(queue, 1000, 1, [...CHOSEN, 'twin']);
    let isBack = false;
    // The search for a message that is gone meets the one that came back.
    await queue.receive(10, 3600);
    await run((body) => {
      if (!isBack) queue.addFirst('returned', body);
      isBack = true;
    });
    expect(sent.filter((body) => body === eventBody('m04')).length).toBeLessThanOrEqual(2);
    expect(outcome.cameBack).toBe(1);
    expect(queue.ids).toContain('returned');
  });

  test('stopped after any of them, sends no more, and gives all back', async () => {
    for (const nth of CHOSEN.keys()) {
      const queue = full();
      const first = redrive(queue, 1000, 1, CHOSEN);
      await first.run(() => first.sent.length === nth + 1 && first.stop.abort());
      expect(queue.visibleIds).toEqual(queue.ids);
      expect(queue.ids).toEqual(expect.arrayContaining(OTHERS));

      const second = redrive(queue, 1000, 1, CHOSEN);
      await second.run();
      expect(new Set([...first.sent, ...second.sent])).toEqual(new Set(bodiesOf(CHOSEN)));
      expect(queue.visibleIds).toEqual(OTHERS);
    }
    expect.hasAssertions();
  });

  test('killed at any call, loses nothing, and never sends or deletes another one', async () => {
    let kills = 0;
    for (let fatal = 1; ; fatal++) {
      const queue = full();
      const first = redrive(queue, 1000, 1, CHOSEN);
      let calls = 0;
      queue.beforeCall = () => {
        if (++calls >= fatal) throw new Error('killed');
      };
      const wasKilled = await first.run().then(
        () => false,
        () => true,
      );
      if (!wasKilled) break;
      kills += 1;
      expect(queue.ids).toEqual(expect.arrayContaining(OTHERS));

      queue.beforeCall = () => {};
      queue.time += 60_000;
      expect(queue.visibleIds).toEqual(queue.ids);
      const second = redrive(queue, 1000, 1, CHOSEN);
      await second.run();
      expect(new Set([...first.sent, ...second.sent])).toEqual(new Set(bodiesOf(CHOSEN)));
      expect(queue.visibleIds).toEqual(OTHERS);
    }
    expect(kills).toBeGreaterThan(50);
  });
});

describe('a redrive with one hostile message', () => {
  const refused = (name: string) => Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 400 } });
  const TEN = messages(10, (id) => eventBody(id));
  const others = Object.keys(TEN).filter((id) => id !== 'm04');

  test.each([1, 5])(
    'that cannot be sent, sends all others, names it and leaves it, with a concurrency of %i',
    async (concurrency) => {
      const queue = new FakeQueue(TEN);
      const { sent, outcome, run } = redrive(queue, 10, concurrency);
      await run((body) => {
        if (body !== TEN.m04) return;
        sent.pop();
        throw refused('InvalidMessageContents');
      });
      expect(sent.sort()).toEqual(others.map((id) => TEN[id]));
      expect(queue.visibleIds).toEqual(['m04']);
      const failed = [{ messageId: 'm04', problem: 'InvalidMessageContents: no' }];
      expect(outcome).toEqual({ ...emptyOutcome(), redriven: 9, failed });
      expect(handledMessages(outcome)).toBe(10);
    },
  );

  test('that cannot be deleted, redrives all others, and says that it is sent', async () => {
    const queue = new FakeQueue(TEN);
    queue.beforeCall = (call) => {
      if (call === 'delete m04') throw refused('InternalError');
    };
    const { sent, outcome, run } = redrive(queue);
    await run();
    expect(sent).toHaveLength(10);
    expect(queue.visibleIds).toEqual(['m04']);
    const problem = 'it was sent, but could not be deleted: InternalError: no';
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 9, failed: [{ messageId: 'm04', problem }] });
  });

  test('that cannot be read, redrives all others, and never sends or deletes it', async () => {
    const queue = new FakeQueue(TEN);
    queue.unreadable.set('m04', 'its attribute a is not Base64');
    const { sent, outcome, run } = redrive(queue);
    await run();
    expect(sent.sort()).toEqual(others.map((id) => TEN[id]));
    expect(queue.visibleIds).toEqual(['m04']);
    const problem = 'cannot be read: its attribute a is not Base64';
    expect(outcome).toEqual({ ...emptyOutcome(), redriven: 9, failed: [{ messageId: 'm04', problem }] });
  });

  test.each(['AccessDenied', 'ExpiredToken', 'QueueDoesNotExist'])(
    'ends at once by %s, which concerns all',
    async (name) => {
      const queue = new FakeQueue(TEN);
      const { run, outcome } = redrive(queue);
      const ended = run(() => {
        throw refused(name);
      });
      await expect(ended).rejects.toMatchObject({ name });
      expect(queue.visibleIds).toEqual(queue.ids);
      expect(outcome).toEqual(emptyOutcome());
    },
  );
});

describe('a redrive that is interrupted', () => {
  const waits = Array.from({ length: 50 }, (_, index) => index + 1);

  test.each(waits)('when event %i was just sent, loses nothing, and the next one does the rest', async (nth) => {
    const queue = new FakeQueue(FIFTY);
    const first = redrive(queue);
    await first.run(() => first.sent.length === nth && first.stop.abort());
    expect(queue.visibleIds).toEqual(queue.ids);
    expect(first.sent).toHaveLength(nth);

    const second = redrive(queue);
    await second.run();
    expect([...first.sent, ...second.sent].sort()).toEqual(Object.values(FIFTY).sort());
    expect(queue.ids).toEqual([]);
  });

  test('by a kill at any call, loses nothing: what was sent and not deleted is sent twice', async () => {
    for (let fatal = 1; ; fatal++) {
      const queue = new FakeQueue(messages(12, (id) => eventBody(id)));
      const first = redrive(queue);
      let calls = 0;
      // The process is gone: none of its calls gets through from here on, not even those that give back.
      queue.beforeCall = () => {
        if (++calls >= fatal) throw new Error('killed');
      };
      const wasKilled = await first.run().then(
        () => false,
        () => true,
      );
      if (!wasKilled) break;

      queue.beforeCall = () => {};
      queue.time += 60_000;
      const second = redrive(queue);
      await second.run();
      expect(new Set([...first.sent, ...second.sent]).size).toBe(12);
      expect(queue.ids).toEqual([]);
    }
    expect.hasAssertions();
  });

  test('by a deletion that is refused, does not say that the event is redriven', async () => {
    const queue = new FakeQueue(messages(1, (id) => eventBody(id)));
    queue.beforeCall = (call) => {
      if (call.startsWith('delete')) throw new Error('AccessDenied');
    };
    const { outcome, run } = redrive(queue);
    await expect(run()).rejects.toThrow('AccessDenied');
    expect(outcome).toEqual(emptyOutcome());
  });

  test('by a send that is refused, keeps that event, says what was done, and gives the others back', async () => {
    const queue = new FakeQueue(FIFTY);
    const { outcome, run, sent } = redrive(queue);
    const refused = run(() => {
      if (sent.length === 20) throw new Error('AccessDenied');
    });
    await expect(refused).rejects.toThrow('AccessDenied');
    expect(queue.visibleIds).toEqual(queue.ids);
    expect(outcome.redriven + queue.ids.length).toBe(50);
  });
});

function pipeMessage(): string {
  return JSON.stringify({ DDBStreamBatchInfo: {} });
}
