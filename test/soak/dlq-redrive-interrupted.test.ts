import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../packages/local-engine/journal/faults.ts';
import { dlq, envelope, interruptedDlq, send } from '../pipeline/dead-letters.ts';
import { jsonLines } from '../support/cli.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';

const MESSAGES = 50;
/** At half way, a quarter of a second is left to do: enough for a signal on a busy machine. */
const RATE = 100;
const REDRIVE = ['redrive', '--subscriber', 'bucket-service', '--yes', '--rate', String(RATE), '--json'];

/** As an answer that never comes: the process that asked is gone. */
const UNDONE = { code: 'InternalFailure', status: 500 };

/** Where the command is when it is interrupted. It looks at all messages first, ten at a time. */
const LOOKING = ['while it looks at what there is', 'sqs:ReceiveMessage', { nth: 2, when: 'after' }] as const;
const GIVING_BACK = ['before it gives that back', 'sqs:ChangeMessageVisibilityBatch', { error: UNDONE }] as const;
const SENT = ['with an event sent and its message not deleted', 'sqs:DeleteMessage', { error: UNDONE }] as const;
const HALF_WAY = ['half way', 'sqs:DeleteMessage', { nth: 25, when: 'after' }] as const;
const LAST = ['with one message left', 'sqs:DeleteMessage', { nth: 49, error: UNDONE }] as const;

describe('a redrive that is interrupted', () => {
  let pipeline: Pipeline;
  let runs = 0;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    await pipeline.register('first');
    await pipeline.recorded('first');
  });
  afterAll(() => pipeline.stop());

  /** Puts messages with events of new users into the dead-letter queue of bucket-service. */
  async function fill(): Promise<string[]> {
    runs += 1;
    const users = Array.from({ length: MESSAGES }, (_, index) => `run-${runs}-user-${index}`);
    for (const user of users) await send(pipeline, pipeline.output('BucketServiceDlqUrl'), envelope(user));
    return users;
  }

  const depth = async () => {
    const [listed] = jsonLines(await dlq(pipeline, 'list', '--subscriber', 'bucket-service', '--json'));
    return { messages: Number(listed?.messages), inFlight: Number(listed?.inFlight) };
  };

  /** Users whose event came to bucket-service's own queue. */
  const sent = (users: readonly string[]) => {
    const bodies = pipeline.entries(({ hop, queue }) => hop === 'message' && String(queue).includes('ServiceQueue'));
    const all = new Set(bodies.map(({ body }) => JSON.parse(String(body)).detail.data.userId));
    return users.filter((user) => all.has(user));
  };

  const handled = async (users: readonly string[]) => {
    const missing = new Set(users);
    if (missing.size === 0) return;
    await pipeline.waitFor('the buckets', (entry) => {
      if (isEvent(entry, 'BucketCreated')) missing.delete((entry.detail as { data: { userId: string } }).data.userId);
      return missing.size === 0;
    });
  };

  test.each([LOOKING, HALF_WAY])(
    'by Ctrl-C %s has lost nothing, has given all back, and goes on when it is run again',
    async (_, operation, fault) => {
      const users = await fill();
      // What is under way is finished: it is no fault of the call that Ctrl-C came.
      const { error: __, ...point }: Fault = fault;
      const stopped = await interruptedDlq(pipeline, REDRIVE, (kill) => {
        pipeline.engine.faults.inject(operation, { ...point, action: () => kill('SIGINT') });
      });
      expect(stopped.stderr).toMatch(/\nstopped: |^stopped: /);
      expect(stopped.exitCode).toBe(130);
      const left = await depth();
      expect(left.inFlight).toBe(0);
      expect(left.messages + sent(users).length).toBe(MESSAGES);

      expect((await dlq(pipeline, ...REDRIVE)).exitCode).toBe(0);
      expect(await depth()).toEqual({ messages: 0, inFlight: 0 });
      await handled(users);
    },
  );

  test.each([GIVING_BACK, SENT, HALF_WAY, LAST])(
    'by a kill %s has lost nothing, and goes on when it is run again',
    async (_, operation, fault) => {
      const users = await fill();
      const killed = await interruptedDlq(pipeline, REDRIVE, (kill) => {
        pipeline.engine.faults.inject(operation, { ...fault, action: () => kill('SIGKILL') });
      });
      expect(killed.exitCode).toBeNull();
      const left = await depth();
      expect(left.messages + left.inFlight + sent(users).length).toBeGreaterThanOrEqual(MESSAGES);

      // Functions that are busy would be timed out by the skip.
      await handled(sent(users));
      pipeline.clock.skip(60_000);
      expect((await dlq(pipeline, ...REDRIVE)).exitCode).toBe(0);
      expect(await depth()).toEqual({ messages: 0, inFlight: 0 });
      await handled(users);
    },
  );

  test.each([SENT, LAST])(
    'of chosen messages by a kill %s has not touched the others, and goes on when it is run again',
    async (_, operation, fault) => {
      const users = await fill();
      const url = pipeline.output('BucketServiceDlqUrl');
      const others = ['other-1', 'other-2'].map((name) => `${name}-of-${runs}`);
      for (const other of others) await send(pipeline, url, envelope(other).replace('UserRegistered', 'UserRenamed'));
      const chosen = [...REDRIVE, '--type', 'UserRegistered'];
      const killed = await interruptedDlq(pipeline, chosen, (kill) => {
        pipeline.engine.faults.inject(operation, { ...fault, action: () => kill('SIGKILL') });
      });
      expect(killed.exitCode).toBeNull();

      await handled(sent(users));
      pipeline.clock.skip(60_000);
      expect((await dlq(pipeline, ...chosen)).exitCode).toBe(0);
      expect(await depth()).toEqual({ messages: others.length, inFlight: 0 });
      expect(sent(others)).toEqual([]);
      await handled(users);
      const purge = ['purge', '--type', 'UserRenamed', '--subscriber', 'bucket-service', '--yes'];
      expect((await dlq(pipeline, ...purge)).exitCode).toBe(0);
      expect(await depth()).toEqual({ messages: 0, inFlight: 0 });
    },
  );
});
