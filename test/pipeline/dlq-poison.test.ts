import { DeleteMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { jsonLines } from '../support/cli.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';
import { dlq, envelope, send } from './dead-letters.ts';

const NARROW = ['--subscriber', 'bucket-service'];
const GOOD = Array.from({ length: 11 }, (_, index) => `user-${index}`);

/** A registration without its user: no retry can mend it. */
const POISON = {
  metadata: { schemaVersion: 1, eventId: 'poison', correlationId: 'poison' },
  data: { registeredAt: 1 },
};

describe('an event that fails again when it is sent back', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    await pipeline.put('users-table', 'UserRegistered', POISON);
    await burial(1);
  });
  afterAll(() => pipeline.stop());

  /** Lets the function fail with the poison until it is a dead letter, for the n-th time. */
  async function burial(nth: number): Promise<void> {
    const isFailure = ({ hop, line }: JournalEntry) => hop === 'log' && String(line).includes('"eventId":"poison"');
    const isEnd = ({ hop, outcome }: JournalEntry) => hop === 'invocation' && outcome === 'items-failed';
    for (let receive = 5 * nth - 4; receive <= 5 * nth; receive++) {
      await pipeline.waitFor(`failure ${receive}`, isFailure, receive);
      await pipeline.waitFor(`answer ${receive}`, isEnd, receive);
      await pipeline.redeliver();
    }
    await pipeline.waitFor(`burial ${nth}`, ({ hop }) => hop === 'redriven-to-dlq', nth);
  }

  const list = async () => jsonLines(await dlq(pipeline, 'list', ...NARROW, '--json'));

  test('is shown with its fault, and is a dead letter again after a redrive, once', async () => {
    const [shown] = jsonLines(await dlq(pipeline, 'show', ...NARROW, '--json'));
    expect(shown).toMatchObject({ kind: 'handler', eventId: 'poison', receives: expect.any(Number) });
    expect(shown?.reason).toMatchObject({ problem: expect.stringMatching(/data\.userId/) });

    const { exitCode, stdout } = await dlq(pipeline, 'redrive', ...NARROW, '--yes');
    expect(stdout).toBe('bucket-service  1 of 1 redriven\n');
    expect(exitCode).toBe(0);
    await burial(2);
    expect(await list()).toMatchObject([{ messages: 1, inFlight: 0 }]);
  });

  test('and is with the dead letters again before the redrive ends, is left there and named; the others are redriven', async () => {
    const url = pipeline.output('BucketServiceDlqUrl');
    for (const user of GOOD) await send(pipeline, url, envelope(user));
    // The look takes two receives, the redrive a third one of ten. Before its fourth one event is back, and next.
    const comeBack = async () => {
      const rest = await pipeline.messages(url);
      await send(pipeline, url, envelope('user-0'));
      for (const { Body = '', ReceiptHandle } of rest) {
        await send(pipeline, url, Body);
        await pipeline.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
      }
    };
    pipeline.engine.faults.inject('sqs:ReceiveMessage', { nth: 4, action: comeBack });
    const { exitCode, stdout, stderr } = await dlq(pipeline, 'redrive', ...NARROW, '--yes', '--rate', '100');
    expect(stdout).toBe('bucket-service  12 of 12 redriven, 1 came back\n');
    expect(stderr).toMatch(/\nerror: 1 event of bucket-service failed again and came back: see npx pipeline dlq show/);
    expect(exitCode).toBe(1);
    await handled(GOOD);
    expect(await list()).toMatchObject([{ messages: 1, inFlight: 0, sample: { users: ['user-0'] } }]);
  });

  async function handled(users: readonly string[]): Promise<void> {
    const missing = new Set(users);
    await pipeline.waitFor('the buckets', (entry) => {
      if (isEvent(entry, 'BucketCreated')) missing.delete((entry.detail as { data: { userId: string } }).data.userId);
      return missing.size === 0;
    });
  }
});

test('given an event without metadata, its reason is found by the id of its message', async () => {
  const pipeline = await Pipeline.startUndisturbed();
  try {
    await pipeline.put('users-table', 'UserRegistered', { data: { userId: 'bare', registeredAt: 1 } });
    const isFailure = ({ hop, line }: JournalEntry) => hop === 'log' && String(line).includes('event not handled');
    const isEnd = ({ hop, outcome }: JournalEntry) => hop === 'invocation' && outcome === 'items-failed';
    for (let receive = 1; receive <= 5; receive++) {
      await pipeline.waitFor(`failure ${receive}`, isFailure, receive);
      await pipeline.waitFor(`answer ${receive}`, isEnd, receive);
      await pipeline.redeliver();
    }
    await pipeline.waitFor('the burial', ({ hop }) => hop === 'redriven-to-dlq', 1);
    const [shown] = jsonLines(await dlq(pipeline, 'show', ...NARROW, '--json'));
    expect(shown).toMatchObject({ kind: 'handler', userId: 'bare' });
    expect(shown?.reason).toMatchObject({ problem: expect.stringMatching(/metadata/) });
    expect(shown).not.toHaveProperty('eventId');
  } finally {
    await pipeline.stop();
  }
});
