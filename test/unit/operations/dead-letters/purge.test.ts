import { describe, expect, test } from '@jest/globals';
import { type PurgedQueue, planPurge, purge, purgeQueue } from '../../../../operations/dead-letters/purge.ts';
import { MessageSummary, scanMessages } from '../../../../operations/dead-letters/scan.ts';
import { deployed } from './deployed-queues.ts';
import { eventBody, FakeQueue, handlerFailure, messages, pipeBody } from './fake-queue.ts';

const NO_RECORDS = async () => ({ registrations: [], others: 0 });

async function look(queue: FakeQueue, most = 1000): Promise<MessageSummary> {
  const { signal } = new AbortController();
  return scanMessages(queue, { owner: 'subscriber', most, signal, now: queue.now, recordsOf: NO_RECORDS });
}

function run(queue: FakeQueue, seen: MessageSummary, foreign: boolean, stop = new AbortController()) {
  const deleted = new MessageSummary();
  const notDeleted = new Map<string, string>();
  const kinds = foreign ? (['handler', 'foreign'] as const) : (['handler'] as const);
  const options = { queue, owner: 'subscriber' as const, seen, kinds, deleted, notDeleted, signal: stop.signal };
  return { deleted, notDeleted, stop, run: purgeQueue({ ...options, now: queue.now, onProgress: () => {} }) };
}

describe('scanning a queue', () => {
  test('leaves every message where it is', async () => {
    const queue = new FakeQueue(messages(23, (id) => eventBody(id)));
    expect((await look(queue)).kinds).toEqual({ pipe: 0, handler: 23, delivery: 0, foreign: 0 });
    expect(queue.visibleIds).toHaveLength(23);
  });

  test('receives nothing where nothing is meant', async () => {
    const queue = new FakeQueue(messages(2));
    expect((await look(queue, 0)).size).toBe(0);
    expect(queue.calls).toEqual([]);
  });

  test("asks the stream about the first fifty of the pipe's messages", async () => {
    const queue = new FakeQueue(messages(60, () => pipeBody('1')));
    let asked = 0;
    const summary = await scanMessages(queue, {
      owner: 'pipe',
      most: 60,
      signal: new AbortController().signal,
      now: queue.now,
      recordsOf: async () => {
        asked += 1;
        return { registrations: [], others: 1 };
      },
    });
    expect(asked).toBe(50);
    expect(summary.kinds.pipe).toBe(60);
    expect(summary.records).toMatchObject({ messages: 50, others: 50 });
  });
});

describe('purging a queue', () => {
  test('deletes what was shown, and nothing that came since', async () => {
    const queue = new FakeQueue(messages(23, (id) => eventBody(id)));
    const shown = await look(queue);
    queue.addFirst('new', eventBody('new'));
    const { deleted, run: ended } = run(queue, shown, false);
    await ended;
    expect(queue.visibleIds).toEqual(['new']);
    expect(deleted.kinds).toMatchObject({ handler: 23 });
  });

  test('deletes as many as were looked at, and leaves the others', async () => {
    const queue = new FakeQueue(messages(23, (id) => eventBody(id)));
    const { run: ended } = run(queue, await look(queue, 5), false);
    await ended;
    expect(queue.visibleIds).toHaveLength(18);
  });

  test.each([
    [false, ['x']],
    [true, []],
  ])('deletes foreign messages only if they are meant: %s', async (foreign, left) => {
    const queue = new FakeQueue({ ...messages(3, (id) => eventBody(id)), x: 'hello' });
    const { run: ended } = run(queue, await look(queue), foreign);
    await ended;
    expect(queue.visibleIds).toEqual(left);
  });

  test('deletes all others where one cannot be deleted, and names that one', async () => {
    const queue = new FakeQueue(messages(12, (id) => eventBody(id)));
    const shown = await look(queue);
    queue.beforeCall = (call) => {
      if (call !== 'delete m03') return;
      throw Object.assign(new Error('no'), { name: 'InternalError', $metadata: { httpStatusCode: 500 } });
    };
    const { deleted, notDeleted, run: ended } = run(queue, shown, false);
    await ended;
    expect(deleted.size).toBe(11);
    expect([...notDeleted]).toEqual([['m03', 'InternalError: no']]);
    expect(queue.visibleIds).toEqual(['m03']);
  });

  test('killed at any call, deletes none of those that were not chosen', async () => {
    const chosen = new MessageSummary();
    for (const id of ['m03', 'm17', 'm22']) chosen.add(handlerFailure(id));
    for (let fatal = 1; ; fatal++) {
      const queue = new FakeQueue(messages(23, (id) => eventBody(id)));
      const others = queue.ids.filter((id) => !chosen.has(id));
      let calls = 0;
      queue.beforeCall = () => {
        if (++calls >= fatal) throw new Error('killed');
      };
      const { deleted, run: ended } = run(queue, chosen, true);
      const wasKilled = await ended.then(
        () => false,
        () => true,
      );
      expect(queue.ids).toEqual(expect.arrayContaining(others));
      expect(queue.ids.length).toBeLessThanOrEqual(23 - deleted.size);
      if (wasKilled) continue;
      expect(queue.visibleIds).toEqual(others);
      break;
    }
    expect.hasAssertions();
  });

  test('never deletes by accident what cannot be read', async () => {
    const queue = new FakeQueue(messages(3, (id) => eventBody(id)));
    queue.unreadable.set('m02', 'its attribute a is not Base64');
    const { run: ended } = run(queue, await look(queue), false);
    await ended;
    expect(queue.visibleIds).toEqual(['m02']);
  });

  test('does not count a message as deleted if it could not be', async () => {
    const queue = new FakeQueue(messages(1, (id) => eventBody(id)));
    const shown = await look(queue);
    queue.beforeCall = (call) => {
      if (call.startsWith('delete')) throw new Error('denied');
    };
    const { deleted, run: ended } = run(queue, shown, false);
    await expect(ended).rejects.toThrow('denied');
    expect(deleted.size).toBe(0);
  });

  test('interrupted, keeps the others, and has counted what was deleted', async () => {
    const queue = new FakeQueue(messages(23, (id) => eventBody(id)));
    const shown = await look(queue);
    const stop = new AbortController();
    queue.beforeCall = (call) => {
      if (call.startsWith('delete')) stop.abort();
    };
    const { deleted, run: ended } = run(queue, shown, false, stop);
    await ended;
    expect(deleted.size).toBe(10); // one batch, which was being deleted
    expect(queue.visibleIds).toHaveLength(13);
  });
});

describe('a purge', () => {
  const { signal } = new AbortController();
  const QUEUES = {
    'pipe-dlq': { p1: pipeBody('11'), p2: 'hello' },
    'BucketService-dlq': messages(12, (id) => eventBody(id)),
    'UriRecorder-dlq': { x1: 'hello' },
  };
  const steps: (readonly [string, number])[][] = [];
  const onProgress = (queues: readonly PurgedQueue[]) => {
    steps.push(queues.map(({ plan, deleted }) => [plan.name, deleted.size]));
  };

  test.each([
    [false, ['pipe', 'handler', 'delivery'], ['p2', 'x1']],
    [true, ['pipe', 'handler', 'delivery', 'foreign'], []],
  ])(
    'deletes what is planned, in all queues; foreign messages only if they are meant: %s',
    async (foreign, kinds, rest) => {
      const { aws, on, left } = deployed(QUEUES);
      const plan = await planPurge(on, {}, { foreign, signal });
      expect(plan.kinds).toEqual(kinds);
      expect(plan.queues.map(({ most }) => most)).toEqual([2, 12, 1]);
      expect(left()).toHaveLength(15);
      steps.length = 0;
      aws.calls.length = 0;
      const purged = await purge(on, plan, { signal, onProgress });
      expect(left()).toEqual(rest);
      expect(purged.map(({ plan: { name }, deleted, notDeleted }) => [name, deleted.size, notDeleted.size])).toEqual([
        ['pipe', foreign ? 2 : 1, 0],
        ['bucket-service', 12, 0],
        ['uri-recorder', foreign ? 1 : 0, 0],
      ]);
      expect(steps[0]).toEqual([
        ['pipe', 0],
        ['bucket-service', 0],
        ['uri-recorder', 0],
      ]);
      expect(steps).toHaveLength(1 + (foreign ? 15 : 13));
      const received = aws.inputs('ReceiveMessage').map(({ QueueUrl }) => QueueUrl);
      expect(received.includes('https://sqs/UriRecorder-dlq')).toBe(foreign);
    },
  );

  test('of one kind deletes those messages, also where a queue has no others', async () => {
    const { on, left } = deployed(QUEUES);
    const plan = await planPurge(on, {}, { foreign: false, signal });
    await purge(on, { ...plan, kinds: ['handler'] }, { signal, onProgress });
    expect(left()).toEqual(['p1', 'p2', 'x1']);
  });

  test('of so many, or of those that are chosen, deletes no others', async () => {
    const first = deployed(QUEUES);
    const plan = await planPurge(first.on, {}, { foreign: false, limit: 4, signal });
    expect(plan.queues.map(({ most }) => most)).toEqual([2, 2, 0]);
    await purge(first.on, plan, { signal, onProgress });
    expect(first.left()).toHaveLength(12);

    const second = deployed(QUEUES);
    const chosen = await planPurge(second.on, { user: 'user-m07' }, { foreign: true, signal });
    await purge(second.on, chosen, { signal, onProgress });
    expect(second.left()).toEqual(
      deployed(QUEUES)
        .left()
        .filter((id) => id !== 'm07'),
    );
  });
});
