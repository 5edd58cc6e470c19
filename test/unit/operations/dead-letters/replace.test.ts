import { describe, expect, test } from '@jest/globals';
import { replaceMessage } from '../../../../operations/dead-letters/replace.ts';
import { eventBody, FakeQueue, messages } from './fake-queue.ts';

const OTHERS = Object.keys(messages(25)).filter((id) => id !== 'm17');

function replacing(queue: FakeQueue, messageId = 'm17') {
  const stop = new AbortController();
  let sent = 0;
  const send = async () => {
    queue.beforeCall('send');
    expect(queue.ids).toContain(messageId);
    sent += 1;
  };
  const run = () => replaceMessage(queue, messageId, send, { signal: stop.signal, now: queue.now });
  return { stop, run, sent: () => sent };
}

const full = () => new FakeQueue(messages(25, (id) => eventBody(id)));

describe('a message that is sent in place of a dead letter', () => {
  test('is sent first; then the dead letter is deleted, and the others are untouched', async () => {
    const queue = full();
    const { run, sent } = replacing(queue);
    expect(await run()).toEqual({ isSent: true });
    expect(sent()).toBe(1);
    expect(queue.visibleIds).toEqual(OTHERS);
  });

  test('is not sent where the dead letter is no longer there', async () => {
    const queue = full();
    const { run, sent } = replacing(queue, 'gone');
    expect(await run()).toEqual({ isSent: false });
    expect(sent()).toBe(0);
    expect(queue.visibleIds).toEqual(queue.ids);
    expect(queue.ids).toHaveLength(25);
  });

  test('that the queue refuses leaves the dead letter', async () => {
    const queue = full();
    queue.beforeCall = (call) => {
      if (call === 'send') throw Object.assign(new Error('too long'), { $metadata: { httpStatusCode: 400 } });
    };
    await expect(replacing(queue).run()).rejects.toThrow('too long');
    expect(queue.visibleIds).toHaveLength(25);
  });

  test('is said to be sent where the dead letter cannot be deleted', async () => {
    const queue = full();
    queue.beforeCall = (call) => {
      if (!call.startsWith('delete')) return;
      throw Object.assign(new Error('no'), { name: 'InternalError', $metadata: { httpStatusCode: 500 } });
    };
    expect(await replacing(queue).run()).toEqual({ isSent: true, notDeleted: 'InternalError: no' });
    expect(queue.visibleIds).toHaveLength(25);
  });

  test.each(['killed', 'stopped'])(
    '%s at any call, the dead letter is there unless the other one was sent',
    async (how) => {
      let ends = 0;
      for (let last = 1; ; last++) {
        const queue = full();
        const { run, sent, stop } = replacing(queue);
        let calls = 0;
        queue.beforeCall = () => {
          if (++calls < last) return;
          if (how === 'killed') throw new Error('killed');
          stop.abort();
        };
        await run().catch((error: Error) => expect(error.message).toBe('killed'));
        if (calls < last) break;
        ends += 1;
        expect(queue.ids).toEqual(expect.arrayContaining(OTHERS));
        if (sent() === 0) expect(queue.ids).toContain('m17');
        if (how === 'stopped') expect(queue.visibleIds).toEqual(queue.ids);
      }
      expect(ends).toBeGreaterThan(5);
    },
  );
});
