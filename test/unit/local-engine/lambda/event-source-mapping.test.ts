import { afterEach, describe, expect, test } from '@jest/globals';
import {
  EventSourceMapping,
  type EventSourceMappingProps,
} from '../../../../packages/local-engine/lambda/event-source-mapping.ts';
import { FunctionError } from '../../../../packages/local-engine/lambda/execution-environment.ts';
import type { LambdaFunction } from '../../../../packages/local-engine/lambda/lambda-function.ts';
import { md5OfAttributes, type SentMessage } from '../../../../packages/local-engine/sqs/message.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { ACCOUNT, entriesOf, GRANTED, makeParts, passTime, settle } from '../support/parts.ts';
import { makeQueues, queueArn, queueProps, waitingIn } from '../support/queues.ts';

const TIMEOUT_MS = 30_000;
const ARN = queueArn('users');

interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
}
type Handler = (records: readonly SqsRecord[]) => unknown;

const started: EventSourceMapping[] = [];

afterEach(() => {
  for (const mapping of started.splice(0)) mapping.stop();
});

/** A function whose handler runs in this thread, with that many environments. */
class FakeFunction {
  readonly name = 'service';
  readonly batches: SqsRecord[][] = [];
  readonly #handler: Handler;
  readonly #waiters: Parameters<LambdaFunction['whenFree']>[0][] = [];
  #free: number;

  constructor(handler: Handler, environments: number) {
    this.#handler = handler;
    this.#free = environments;
  }

  get isFree(): boolean {
    return this.#free > 0;
  }

  /** How many invocations wait, as the waiters say. */
  get waiting(): number[] {
    return this.#waiters.map(({ invocations }) => invocations());
  }

  whenFree: LambdaFunction['whenFree'] = (waiter) => {
    this.#waiters.push(waiter);
    return () => void this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
  };

  async invoke({ Records }: { Records: SqsRecord[] }): Promise<unknown> {
    this.#free -= 1;
    this.batches.push(Records);
    try {
      return await this.#handler(Records);
    } finally {
      this.addEnvironment();
    }
  }

  addEnvironment(): void {
    this.#free += 1;
    this.#waiters.shift()?.run();
  }
}

/** A mapping from the queue `users` to a handler that runs in this thread, and every batch that it got. */
function start(
  handler: Handler,
  more: Partial<EventSourceMappingProps> = {},
  parts = makeParts(),
  target = new FakeFunction(handler, 1),
) {
  const queues = makeQueues(parts, 'dlq');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dlq'), maxReceiveCount: 2 });
  queues.create(queueProps('users', { VisibilityTimeout: '30', RedrivePolicy }));
  const { batches } = target;
  const props = {
    queueArn: ARN,
    target: target as unknown as LambdaFunction,
    mayPoll: GRANTED,
    isEnabled: true,
    batchSize: 10,
    reportsItemFailures: true,
    account: ACCOUNT,
    queues,
    ...parts,
    ...more,
  };
  const mapping = new EventSourceMapping(props);
  mapping.start();
  started.push(mapping);
  const bodies = () => batches.map((records) => records.map(({ body }) => body));
  const reconfigure = (changes: Partial<EventSourceMappingProps>) => mapping.reconfigure({ ...props, ...changes });
  return { ...parts, queues, batches, bodies, mapping, reconfigure, target };
}

const failing = (records: readonly SqsRecord[], ...bodies: readonly string[]) => ({
  batchItemFailures: records
    .filter(({ body }) => bodies.includes(body))
    .map(({ messageId }) => ({ itemIdentifier: messageId })),
});

describe('what happens to the messages of a batch', () => {
  test('given one failed item, the others are gone and that one comes back', async () => {
    const { queues, clock, bodies, ...parts } = start((records) => failing(records, 'poison'));
    for (const body of ['a', 'poison', 'b']) await queues.send(ARN, body);
    await passTime(clock, TIMEOUT_MS, () => waitingIn(queues, 'dlq').length > 0);
    expect(bodies().flat().sort()).toEqual(['a', 'b', 'poison', 'poison']);
    expect(waitingIn(queues, 'dlq')).toEqual([{ body: 'poison', attributes: {} }]);
    const failures = entriesOf(parts, 'invocation').filter(({ outcome }) => outcome === 'items-failed');
    expect(failures).toMatchObject([{ functionName: 'service' }, { functionName: 'service' }]);
  });

  test('given an invocation that is throttled, the whole batch comes back, and the journal says so', async () => {
    const { queues, clock, bodies, faults, ...parts } = start(() => undefined);
    faults.fail('lambda:InvokeFunction', 'TooManyRequestsException', { status: 429 });
    await queues.send(ARN, 'a');
    await settle();
    expect(bodies()).toEqual([]);
    expect(entriesOf(parts, 'invocation')).toMatchObject([
      { functionName: 'service', outcome: 'refused', errorType: 'TooManyRequestsException' },
      { outcome: 'items-failed', messageIds: [expect.any(String)] },
    ]);
    await passTime(clock, TIMEOUT_MS, () => bodies().length === 1);
    expect([bodies(), waitingIn(queues, 'users')]).toEqual([[['a']], []]);
  });

  test('given a function that fails, the whole batch comes back', async () => {
    let calls = 0;
    const { queues, clock, bodies } = start(() => {
      if (++calls === 1) throw new FunctionError('Sandbox.Timedout', 'Task timed out');
    });
    await queues.send(ARN, 'a');
    await queues.send(ARN, 'b');
    await settle();
    expect(bodies()).toEqual([['a', 'b']]);
    await passTime(clock, TIMEOUT_MS, () => bodies().length === 2);
    expect(bodies()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    await settle();
    expect(queues.get(ARN).inFlight).toBe(0);
  });

  test('given a receive that fails, it receives again after a pause, also when nothing more arrives', async () => {
    const { queues, clock, bodies, faults } = start(() => undefined);
    faults.fail('sqs:ReceiveMessage', 'ServiceUnavailable', { times: 3, status: 503 });
    await queues.send(ARN, 'a');
    await settle();
    expect(bodies()).toEqual([]);
    expect(queues.get(ARN).visible).toBe(1);
    await passTime(clock, 1000, () => bodies().length === 1);
    await settle();
    expect([bodies(), waitingIn(queues, 'users')]).toEqual([[['a']], []]);
  });

  test('given a receive whose answer is lost, the messages come when their visibility timeout ends, and that receive counts', async () => {
    const { queues, clock, bodies, faults, ...parts } = start(() => undefined);
    faults.fail('sqs:ReceiveMessage', 'ServiceUnavailable', { when: 'after', status: 503 });
    await queues.send(ARN, 'a');
    await settle();
    expect([bodies(), queues.get(ARN).inFlight]).toEqual([[], 1]);
    await passTime(clock, TIMEOUT_MS, () => bodies().length === 1);
    expect(entriesOf(parts, 'batch')).toMatchObject([{ receives: [2] }]);
  });

  test('given a message that was handled and cannot be deleted, it comes again; given a lost answer, it does not', async () => {
    const { queues, clock, bodies, faults } = start(() => undefined);
    faults.fail('sqs:DeleteMessage', 'ServiceUnavailable', { status: 503 });
    faults.fail('sqs:DeleteMessage', 'ServiceUnavailable', { nth: 2, when: 'after', status: 503 });
    await queues.send(ARN, 'a');
    await queues.send(ARN, 'b');
    await settle();
    expect([bodies(), queues.get(ARN).inFlight]).toEqual([[['a', 'b']], 1]);
    await passTime(clock, TIMEOUT_MS, () => bodies().length === 2);
    await settle();
    expect([bodies(), queues.get(ARN).inFlight]).toEqual([[['a', 'b'], ['a']], 0]);
  });

  test('given that it is stopped while it pauses, it receives no more', async () => {
    const { queues, clock, bodies, faults, mapping } = start(() => undefined);
    faults.fail('sqs:ReceiveMessage', 'ServiceUnavailable', { status: 503 });
    await queues.send(ARN, 'a');
    await settle();
    mapping.stop();
    clock.skip(60_000);
    await settle();
    expect(bodies()).toEqual([]);
  });

  test('given a batch, its journal entries have one request id, and how often each message was received', async () => {
    const { queues, clock, bodies, ...parts } = start((records) => failing(records, 'poison'));
    await queues.send(ARN, 'poison');
    await settle();
    await queues.send(ARN, 'a');
    await passTime(clock, TIMEOUT_MS, () => bodies().length === 3);
    await settle();
    const batches = entriesOf(parts, 'batch');
    expect(batches.map(({ receives }) => receives)).toEqual([[1], [1], [2]]);
    expect(new Set(batches.map(({ requestId }) => requestId)).size).toBe(3);
    expect(entriesOf(parts, 'invocation').map(({ outcome, requestId }) => [outcome, requestId])).toEqual([
      ['items-failed', batches[0]?.requestId],
      ['items-failed', batches[2]?.requestId],
    ]);
  });

  test('given a mapping that takes no item failures, an answer with some is a success', async () => {
    const { queues, bodies } = start((records) => failing(records, 'a'), { reportsItemFailures: false });
    await queues.send(ARN, 'a');
    await settle();
    expect(bodies()).toEqual([['a']]);
    expect(queues.get(ARN).inFlight).toBe(0);
  });

  test('given a mapping that was stopped during a batch, its messages are not deleted', async () => {
    let end = () => {};
    const handler = () => new Promise<void>((resolve) => (end = resolve));
    const { queues, mapping } = start(handler);
    await queues.send(ARN, 'a');
    await settle();
    mapping.stop();
    end();
    await settle();
    expect(queues.get(ARN).inFlight).toBe(1);
  });

  test('given a duplicate, the record is in the batch twice, and the message is deleted', async () => {
    const { queues, faults, bodies } = start(() => undefined);
    faults.duplicate('queue-message');
    await queues.send(ARN, 'a');
    await settle();
    expect(bodies()).toEqual([['a', 'a']]);
    expect(queues.get(ARN).inFlight).toBe(0);
  });
});

describe('batches', () => {
  test('given more messages than a batch holds, there are several, none too large', async () => {
    const { queues, bodies } = start(() => undefined, { batchSize: 3 });
    const all = Array.from({ length: 7 }, (_, n) => `message ${n}`);
    for (const body of all) await queues.send(ARN, body);
    await settle();
    await settle();
    expect(bodies().flat()).toEqual(all);
    expect(Math.max(...bodies().map(({ length }) => length))).toBeLessThanOrEqual(3);
  });

  test('given a message, its record has the shape of SQS’s event', async () => {
    const { queues, batches } = start(() => undefined);
    await queues.send(ARN, '{"id":"e1"}', { RULE_ARN: 'arn' });
    await settle();
    expect(batches).toEqual([
      [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: '{"id":"e1"}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: '111122223333',
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {
            RULE_ARN: { dataType: 'String', stringValue: 'arn', stringListValues: [], binaryListValues: [] },
          },
          md5OfMessageAttributes: md5OfAttributes({ RULE_ARN: { DataType: 'String', StringValue: 'arn' } }),
          md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: 'aws:sqs',
          eventSourceARN: ARN,
          awsRegion: 'ap-northeast-1',
        },
      ],
    ]);
  });
});

describe('batches at the same time', () => {
  const never = () => new Promise(() => {});
  const startWith = (environments: number, more: Partial<EventSourceMappingProps>) =>
    start(never, more, makeParts(), new FakeFunction(never, environments));

  test('given a function with two environments, two batches run, and the rest stays visible in the queue', async () => {
    const { queues, bodies } = startWith(2, { batchSize: 1 });
    for (const body of ['a', 'b', 'c']) await queues.send(ARN, body);
    await settle();
    expect(bodies()).toEqual([['a'], ['b']]);
    expect(waitingIn(queues, 'users')).toMatchObject([{ body: 'c' }]);
  });

  test('given a function that is busy, it knows how many batches wait, and gets one as soon as it is free', async () => {
    const { queues, bodies, target } = startWith(1, { batchSize: 2 });
    await queues.send(ARN, 'a');
    await settle();
    for (const body of ['b', 'c', 'd']) await queues.send(ARN, body);
    await settle();
    expect([bodies(), target.waiting]).toEqual([[['a']], [2]]);
    target.addEnvironment();
    expect([bodies(), target.waiting]).toEqual([[['a'], ['b', 'c']], []]);
  });

  test('given a batch that runs, a part of one waits for its end, or until more fill it', async () => {
    const { queues, bodies } = startWith(3, { batchSize: 2 });
    for (const body of ['a', 'b', 'c', 'd']) {
      await queues.send(ARN, body);
      await settle();
    }
    expect(bodies()).toEqual([['a'], ['b', 'c']]);
    await queues.send(ARN, 'e');
    await settle();
    expect(bodies()).toEqual([['a'], ['b', 'c'], ['d', 'e']]);
  });

  test('given batches that all take long, a part of one no longer waits', async () => {
    const parts = makeParts();
    const { queues, bodies } = start(never, { batchSize: 2 }, parts, new FakeFunction(never, 3));
    for (const body of ['a', 'b']) {
      await queues.send(ARN, body);
      await settle();
    }
    expect(bodies()).toEqual([['a']]);
    parts.clock.skip(1000);
    await settle();
    expect(bodies()).toEqual([['a'], ['b']]);
  });

  test('given nothing in the queue, it does not wait for a function that is busy', async () => {
    const { queues, target } = startWith(0, {});
    await settle();
    expect(target.waiting).toEqual([]);
    await queues.send(ARN, 'a');
    await settle();
    expect(target.waiting).toEqual([1]);
  });

  test.each<{ given: string; end: (mapping: EventSourceMapping) => void }>([
    { given: 'stopped', end: (mapping) => mapping.stop() },
    { given: 'disabled', end: (mapping) => mapping.disable() },
  ])('given a mapping that is $given, it no longer waits for the function', async ({ end }) => {
    const { queues, target, mapping } = startWith(0, {});
    await queues.send(ARN, 'a');
    await settle();
    end(mapping);
    expect(target.waiting).toEqual([]);
  });

  test('given a maximum concurrency, no more than that many run', async () => {
    const { queues, bodies, target } = startWith(9, { batchSize: 1, maximumConcurrency: 2 });
    for (const body of ['a', 'b', 'c']) await queues.send(ARN, body);
    await settle();
    expect([bodies(), target.waiting]).toEqual([[['a'], ['b']], []]);
  });
});

describe('other properties while it runs', () => {
  const held = () => {
    const gate = Promise.withResolvers<void>();
    return { ...start(() => gate.promise), gate };
  };

  test('given a running batch, it ends with the properties that it began with, and the next one has the new ones', async () => {
    const { queues, gate, bodies, reconfigure } = held();
    await queues.send(ARN, 'a');
    await settle();
    reconfigure({ batchSize: 1, maximumConcurrency: 1 });
    for (const body of ['b', 'c']) await queues.send(ARN, body);
    await settle();
    expect(bodies()).toEqual([['a']]);
    gate.resolve();
    await settle();
    expect(bodies()).toEqual([['a'], ['b'], ['c']]);
    expect(queues.get(ARN).inFlight).toBe(0);
  });

  test('given another queue, it takes from that one alone, and the running batch is deleted where it was', async () => {
    const { queues, gate, bodies, reconfigure } = held();
    await queues.send(ARN, 'a');
    await settle();
    reconfigure({ queueArn: queueArn('dlq') });
    await queues.send(ARN, 'left');
    await queues.send(queueArn('dlq'), 'taken');
    gate.resolve();
    await settle();
    expect(bodies()).toEqual([['a'], ['taken']]);
    expect(queues.get(ARN).inFlight).toBe(0);
    expect(waitingIn(queues, 'users')).toMatchObject([{ body: 'left' }]);
  });

  test('given changes one after the other, only the last subscription to the queue is left', async () => {
    const {
      queues: { signals },
      reconfigure,
    } = held();
    const consumers: { isCalled: boolean }[] = [];
    const consume = signals.consume.bind(signals);
    signals.consume = (arn, consumer) => {
      const entry = { isCalled: true };
      consumers.push(entry);
      const end = consume(arn, consumer);
      return () => {
        entry.isCalled = false;
        end();
      };
    };
    for (const batchSize of [1, 2, 3]) reconfigure({ batchSize });
    expect(consumers.map(({ isCalled }) => isCalled)).toEqual([false, false, true]);
  });

  test('given a mapping that is disabled during a batch, that one is finished, and no other is taken', async () => {
    const { queues, gate, bodies, mapping } = held();
    await queues.send(ARN, 'a');
    await settle();
    mapping.disable();
    await queues.send(ARN, 'left');
    gate.resolve();
    await settle();
    expect(bodies()).toEqual([['a']]);
    expect(queues.get(ARN).inFlight).toBe(0);
    expect(waitingIn(queues, 'users')).toMatchObject([{ body: 'left' }]);
  });
});

describe('the record of a message', () => {
  const recordOf = async (sent: SentMessage) => {
    const { queues, batches } = start(() => undefined);
    queues.messages.put(queues.get(ARN), sent);
    await settle();
    return batches[0]?.[0];
  };

  test('given no attributes, it has no hash of them', async () => {
    const record = await recordOf({ body: 'a' });
    expect(record).toMatchObject({ messageAttributes: {} });
    expect(record).not.toHaveProperty('md5OfMessageAttributes');
  });

  test('given attributes of each type, they have the names that Lambda gives them', async () => {
    const attributes = {
      city: { DataType: 'String', StringValue: '서울 😀' },
      age: { DataType: 'Number.int', StringValue: '7' },
      key: { DataType: 'Binary', BinaryValue: 'AAECAw==' },
    };
    const lists = { stringListValues: [], binaryListValues: [] };
    expect(await recordOf({ body: 'a', attributes })).toMatchObject({
      messageAttributes: {
        city: { dataType: 'String', stringValue: '서울 😀', ...lists },
        age: { dataType: 'Number.int', stringValue: '7', ...lists },
        key: { dataType: 'Binary', binaryValue: 'AAECAw==', ...lists },
      },
      md5OfMessageAttributes: md5OfAttributes(attributes),
    });
  });

  test('given a trace header and a group, they are among its attributes', async () => {
    expect(await recordOf({ body: 'a', traceHeader: 'Root=1', groupId: 'g1' })).toMatchObject({
      attributes: { AWSTraceHeader: 'Root=1', MessageGroupId: 'g1' },
    });
  });

  test('given a dead letter, its source is among its attributes', async () => {
    const { queues, batches, clock, reconfigure } = start(() => undefined, { isEnabled: false });
    await queues.send(ARN, 'poison');
    for (let receives = 0; receives < 3; receives++) {
      queues.receive(ARN, 1);
      clock.skip(TIMEOUT_MS);
    }
    reconfigure({ isEnabled: true, queueArn: queueArn('dlq') });
    await settle();
    expect(batches[0]?.[0]).toMatchObject({
      attributes: { ApproximateReceiveCount: '3', DeadLetterQueueSourceArn: ARN },
    });
  });
});

describe('given a folder, after the engine was killed', () => {
  const startIn = (folder: string, handler: Handler) => start(handler, {}, makeParts(openStorage(folder)));

  test('when a batch had been answered for, what was handled is gone, and what had failed has had its receive', async () => {
    const folder = dataFolder();
    const before = startIn(folder, (records) => failing(records, 'failed'));
    for (const body of ['handled', 'failed']) await before.queues.send(ARN, body);
    await settle();
    before.storage.close();
    const { bodies, queues, clock } = startIn(folder, () => {});
    await settle();
    expect(bodies()).toEqual([]);
    await passTime(clock, TIMEOUT_MS, () => bodies().length > 0);
    expect(bodies()).toEqual([['failed']]);
    expect(waitingIn(queues, 'dlq')).toEqual([]);
  });

  test('when a batch was with the function, it gets it at once, as often as that happens', async () => {
    const folder = dataFolder();
    for (let lives = 0; lives < 4; lives++) {
      const { queues, bodies, storage } = startIn(folder, () => new Promise(() => {}));
      if (lives === 0) await queues.send(ARN, 'test4');
      await settle();
      expect(bodies()).toEqual([['test4']]);
      storage.close();
    }
    const { queues } = startIn(folder, () => {});
    await settle();
    expect([waitingIn(queues, 'users'), waitingIn(queues, 'dlq')]).toEqual([[], []]);
  });
});
