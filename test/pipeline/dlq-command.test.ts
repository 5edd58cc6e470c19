import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { type Ended, jsonLines, pipeline as run } from '../support/cli.ts';
import { editorThatReplaces } from '../support/editor.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';
import {
  dlq,
  envelope,
  failDelivery,
  failHandling,
  failPipe,
  laneMate,
  send,
  usersWithBucket,
} from './dead-letters.ts';

const ERIN = laneMate('dave');

describe('dead letters of every kind', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    await failHandling(pipeline, 'alice', 'bob');
    await failDelivery(pipeline, 'carol');
    await failPipe(pipeline, async () => {
      await pipeline.register('dave');
      await pipeline.register(ERIN);
    });
    await send(pipeline, pipeline.output('BucketServiceDlqUrl'), 'hello');
  });
  afterAll(() => pipeline.stop());

  test('are listed by queue, with exit code 1', async () => {
    const { exitCode, stdout, stderr } = await dlq(pipeline, 'list');
    const [queues = '', groups = ''] = stdout.split('\n\n');
    const [heading, ...rows] = queues.split('\n');
    expect(heading).toMatch(/^QUEUE +MESSAGES +IN FLIGHT +OLDEST +WHAT$/);
    expect(rows).toEqual([
      expect.stringMatching(/^pipe +1 +0 .* 1 pipe failure \(RecordAgeExpired\)$/),
      expect.stringMatching(
        /^bucket-service +4 +0 .* 2 handler failures, 1 delivery failure \(NO_PERMISSIONS\), 1 foreign message \(not JSON\)$/,
      ),
      expect.stringMatching(/^uri-recorder +0 +0$/),
    ]);
    const [titles, largest, ...others] = groups.trimEnd().split('\n');
    expect(titles).toMatch(/^CAUSE +QUEUE +MESSAGES +FIRST +LAST +WHY$/);
    // The pipe's queue comes first.
    expect(largest).toMatch(new RegExp(`^[0-9a-f]{8} +pipe +1 .* pipe failure: RecordAgeExpired; for dave, ${ERIN}$`));
    expect(others).toEqual([
      expect.stringMatching(/^[0-9a-f]{8} +bucket-service +2 .* handler failure: .*TooManyBuckets.*; for alice, bob$/),
      expect.stringMatching(/ bucket-service +1 .*(carol|foreign message: not JSON; for message \S+)$/),
      expect.stringMatching(/ bucket-service +1 .*(carol|foreign message: not JSON; for message \S+)$/),
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    const narrowed = await dlq(pipeline, 'list', '--subscriber', 'uri-recorder', '--json');
    expect(jsonLines(narrowed)).toEqual([expect.objectContaining({ queue: 'uri-recorder', messages: 0, inFlight: 0 })]);
    expect(narrowed.exitCode).toBe(0);
  });

  test('are shown with what is known of why they are there, and stay', async () => {
    const ended = await dlq(pipeline, 'show', '--json');
    const shown = jsonLines(ended);
    expect(shown).toHaveLength(5);
    const handler = {
      queue: 'bucket-service',
      kind: 'handler',
      detailType: 'UserRegistered',
      eventId: expect.stringMatching(/^[0-9a-f]{32}$/),
      reason: expect.objectContaining({
        problem: expect.stringMatching(/TooManyBuckets/),
        hint: expect.stringMatching(/quota/),
      }),
    };
    expect(shown).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          queue: 'pipe',
          kind: 'pipe',
          condition: 'RecordAgeExpired',
          registrations: [expect.objectContaining({ userId: 'dave' }), expect.objectContaining({ userId: ERIN })],
        }),
        expect.objectContaining({ ...handler, userId: 'alice' }),
        expect.objectContaining({ ...handler, userId: 'bob' }),
        expect.objectContaining({
          kind: 'delivery',
          userId: 'carol',
          reason: expect.objectContaining({ code: 'NO_PERMISSIONS' }),
        }),
        expect.objectContaining({ kind: 'foreign', body: 'hello' }),
      ]),
    );
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: '' });

    const { stdout } = await dlq(pipeline, 'show', '--limit', '3');
    expect(stdout).toMatch(new RegExp(`^pipe: 1 message\\n.*pipe failure .* 2 registrations: dave, ${ERIN}\\n`));
    expect(stdout).toMatch(/\nbucket-service: 2 of 4 messages\n/);
    expect(await counts()).toEqual({ pipe: [1, 0], 'bucket-service': [4, 0], 'uri-recorder': [0, 0] });
  });

  test('are left alone by a dry run, and without a terminal', async () => {
    const { exitCode, stdout } = await dlq(pipeline, 'redrive', '--dry-run');
    expect(stdout).toMatch(
      new RegExp(`^pipe +1 pipe failure .* to the bus \\S+, for dave, ${ERIN}; 2 registrations$`, 'm'),
    );
    expect(stdout).toMatch(/^bucket-service +2 handler failures, .* to its queue, .*; stays: 1 foreign message/m);
    expect(exitCode).toBe(0);
    for (const command of ['redrive', 'purge']) {
      const unasked = await dlq(pipeline, command);
      expect(unasked.stderr).toMatch(
        /\nerror: there is no terminal to ask for confirmation: add --yes to confirm, or --dry-run/,
      );
      expect(unasked.exitCode).toBe(2);
    }
    expect(await counts()).toEqual({ pipe: [1, 0], 'bucket-service': [4, 0], 'uri-recorder': [0, 0] });
  });

  test('are chosen by user, error, cause, type, age and message; the others are not touched', async () => {
    const listed = jsonLines(await dlq(pipeline, 'list', '--error', 'toomanybuckets', '--json'));
    const [group] = listed.flatMap(({ groups }) => groups as { cause: string; messages: number; messageId: string }[]);
    expect(group).toMatchObject({ messages: 2, types: ['UserRegistered'], users: ['alice', 'bob'] });
    expect(listed.map(({ queue, chosen, chosenFrom }) => [queue, chosen, chosenFrom])).toEqual([
      ['pipe', 0, 1],
      ['bucket-service', 2, 4],
      ['uri-recorder', 0, 0],
    ]);
    const { cause = '', messageId = '' } = group ?? {};

    const usersBy = async (...choice: string[]) => {
      const shown = jsonLines(await dlq(pipeline, 'show', ...choice, '--json'));
      return shown.map(({ userId, kind }) => userId ?? kind).sort();
    };
    expect(await usersBy('--cause', cause)).toEqual(['alice', 'bob']);
    expect(await usersBy('--type', 'UserRegistered')).toEqual(['alice', 'bob', 'carol']);
    expect(await usersBy('--user', ERIN)).toEqual(['pipe']);
    expect(await usersBy('--message-id', messageId)).toHaveLength(1);
    expect(await usersBy('--older-than', '1000d')).toEqual([]);
    expect((await dlq(pipeline, 'list', '--user', 'nobody')).exitCode).toBe(0);

    const planned = await dlq(pipeline, 'redrive', '--cause', cause, '--user', 'alice', '--dry-run');
    expect(planned.stdout).toMatch(
      /^bucket-service +1 handler failure to its queue, for alice; 3 other messages stay$/m,
    );
    const done = await dlq(pipeline, 'redrive', '--cause', cause, '--user', 'alice', '--yes');
    expect(done.stdout).toMatch(/^pipe +nothing\nbucket-service +1 of 1 redriven\nuri-recorder +nothing\n$/);
    expect({ exitCode: done.exitCode, stderr: done.stderr }).toMatchObject({ exitCode: 0 });
    expect(await counts()).toEqual({ pipe: [1, 0], 'bucket-service': [3, 0], 'uri-recorder': [0, 0] });
    const refused = await dlq(pipeline, 'purge', '--older-than', 'long', '--yes');
    expect(refused.stderr).toBe('error: --older-than must be an age such as 90s, 15m, 2h or 7d; got long\n');
    expect(refused.exitCode).toBe(2);
  });

  test('are redriven but for what is foreign, which is named; every user has a bucket then', async () => {
    const { exitCode, stdout, stderr } = await dlq(pipeline, 'redrive', '--yes');
    expect(stdout).toMatch(/^pipe +1 of 1 redriven, 2 registrations put on the bus$/m);
    expect(stdout).toMatch(/^bucket-service +2 of 3 redriven, 1 foreign message left$/m);
    expect(stderr).toMatch(
      /\nerror: 1 foreign message of bucket-service left: .* --foreign --message-id ID --port \d+ deletes each\n$/,
    );
    expect(exitCode).toBe(1);
    const users = ['alice', 'bob', 'carol', 'dave', ERIN];
    for (const user of users) expect((await pipeline.recorded(user)).s3_bucket_uri?.S).toMatch(/^s3:\/\//);
    expect([...usersWithBucket(pipeline)].sort()).toEqual(users);
    expect(await counts()).toEqual({ pipe: [0, 0], 'bucket-service': [1, 0], 'uri-recorder': [0, 0] });
  });

  test('that are foreign are purged only if that is said', async () => {
    const kept = await dlq(pipeline, 'purge', '--yes');
    expect(kept.stderr).toMatch(
      /error: 1 foreign message of bucket-service left: .* --foreign --message-id ID --port \d+ deletes each\n$/,
    );
    expect(kept.exitCode).toBe(1);
    const { exitCode, stdout } = await dlq(pipeline, 'purge', '--foreign', '--yes');
    expect(stdout).toMatch(/^bucket-service +1 foreign message \(not JSON\) deleted$/m);
    expect(exitCode).toBe(0);
    expect((await dlq(pipeline, 'list')).exitCode).toBe(0);
  });

  test('that no retry can help are edited: refused unless they fit the contract, sent as a new event of the same registration', async () => {
    const broken = envelope('fay').replace('1714458435', '"soon"');
    await send(pipeline, pipeline.output('BucketServiceDlqUrl'), broken);
    await send(pipeline, pipeline.output('BucketServiceDlqUrl'), 'hello');
    const large = envelope('gus').replace('1714458435', '1714458435, "serial": 12345678901234567890');
    await send(pipeline, pipeline.output('BucketServiceDlqUrl'), large);
    const edit = (from: string, to: string, ...more: string[]) =>
      run(['dlq', 'redrive', '--edit', ...more, '--port', pipeline.port], { EDITOR: editorThatReplaces(from, to) });
    const kept = { pipe: [0, 0], 'bucket-service': [3, 0], 'uri-recorder': [0, 0] };

    const refusals: (readonly [Ended, RegExp])[] = [
      [await edit('', '', '--yes'), /^error: several dead letters are chosen, and one can be edited/],
      [await edit('', '', '--user', 'nobody', '--yes'), /^error: no dead letter is chosen/],
      [await edit('', '', '--error', 'not json', '--yes'), /^error: the message \S+ of bucket-service is no event/],
      [
        await edit('"soon"', '"later"', '--user', 'fay', '--yes'),
        /data\.registeredAt must be integer; nothing was sent\n$/,
      ],
      [await edit('{', '', '--user', 'fay', '--yes'), /^error: the edited event is not JSON: .*; nothing was sent\n$/],
      [
        await edit('', '', '--user', 'gus', '--yes'),
        /^error: .* a number that would be another one .*: 12345678901234567890 in "serial"; write it as a text, .*\n$/,
      ],
      [await edit('"soon"', '1', '--user', 'fay'), /^error: there is no terminal to ask/],
      [await run(['dlq', 'redrive', '--edit', '--yes', '--port', pipeline.port]), /^error: no editor is set/],
    ];
    for (const [{ exitCode, stderr, stdout }, problem] of refusals) {
      expect([exitCode === 0, stderr, stdout]).toEqual([false, expect.stringMatching(problem), '']);
    }
    const same = await edit('', '', '--user', 'fay', '--yes');
    expect(same).toMatchObject({ exitCode: 0, stderr: 'the event was not changed; nothing was sent\n' });
    const planned = await edit('"soon"', '1714458435', '--user', 'fay', '--dry-run');
    expect(planned.stdout).toMatch(
      /^bucket-service: the message .* it fits user-registered\.v1\n.*data\.registeredAt +"soon" +→ +1714458435\n/s,
    );
    expect(await counts()).toEqual(kept);

    const [done] = jsonLines(await edit('"soon"', '1714458435', '--user', 'fay', '--yes', '--json'));
    expect(done).toMatchObject({ causationId: 'event-of-fay', correlationId: 'event-of-fay', isSent: true });
    expect(done?.eventId).toMatch(/^[0-9a-f]{32}$/);
    const created = (entry: JournalEntry) =>
      isEvent(entry, 'BucketCreated') && JSON.stringify(entry.detail).includes('"fay"');
    await pipeline.waitFor('the bucket', created);
    const [event] = pipeline.entries(created);
    expect(event?.detail).toMatchObject({
      metadata: { correlationId: 'event-of-fay', causationId: done?.eventId },
    });
    expect(await counts()).toMatchObject({ 'bucket-service': [2, 0] });
  });

  /** Messages that are visible, and in flight, by queue. */
  async function counts(): Promise<Record<string, unknown>> {
    const listed = jsonLines(await dlq(pipeline, 'list', '--json'));
    return Object.fromEntries(listed.map(({ queue, messages, inFlight }) => [queue, [messages, inFlight]]));
  }
});
