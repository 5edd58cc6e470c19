import { DescribeArchiveCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pipeline as run, startCommand } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { startReplay } from '../support/replay.ts';
import { eventsArgs, leftBehind, NOTHING } from './temporary-queues.ts';

const USERS = ['alice', 'bob', '김민지 "MJ"'];

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  for (const user of USERS) await pipeline.register(user);
  await Promise.all(USERS.map((user) => pipeline.recorded(user)));
});
afterAll(() => pipeline.stop());

function events(...args: string[]) {
  return run(eventsArgs(pipeline, ...args));
}

interface Shown {
  readonly id: string;
  readonly 'detail-type': string;
  readonly detail: { readonly metadata: { readonly eventId: string }; readonly data: { readonly userId: string } };
}

function parse(stdout: string): Shown[] {
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

/** Events that were put on the bus until now, by their event ids: a replay gives an envelope another id. */
function archived(): string[] {
  const put = pipeline.entries(({ hop, replay }) => hop === 'event' && replay === undefined);
  return put.map(({ detail }) => eventIdOf(detail as Shown['detail'])).sort();
}

function eventIdOf({ metadata: { eventId } }: Shown['detail']): string {
  return eventId;
}

async function eventCount(): Promise<number | undefined> {
  const ArchiveName = pipeline.output('EventArchiveArn').split('/').at(-1);
  return (await pipeline.events.send(new DescribeArchiveCommand({ ArchiveName }))).EventCount;
}

describe('pipeline events, of the past', () => {
  test('shows every event of the last hour, in the order of time, and leaves nothing behind', async () => {
    const { exitCode, stdout, stderr } = await events('--json');
    const shown = parse(stdout).map(({ detail }) => eventIdOf(detail));
    expect(shown.sort()).toEqual(archived());
    const times = [...stdout.matchAll(/"time":"([^"]+)"/g)].map(([, time]) => time);
    expect(times).toEqual([...times].sort());
    expect(stdout).not.toContain('replay-name');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    await expect(leftBehind(pipeline)).resolves.toEqual(NOTHING);
  });

  test('is seen by no subscriber, and archived no second time', async () => {
    const before = { archive: await eventCount(), invocations: pipeline.entries(({ hop }) => hop === 'invocation') };
    await events('--from', '1h');
    const looked = pipeline.entries(({ hop, replay }) => hop === 'rule' && replay !== undefined);
    expect(looked.length).toBeGreaterThan(0);
    for (const { rule } of looked) expect(rule).toMatch(/^pipeline-events-/);
    const after = { archive: await eventCount(), invocations: pipeline.entries(({ hop }) => hop === 'invocation') };
    expect(after).toEqual(before);
  });

  test('shows those of a type and of a user alone, whatever the id', async () => {
    const [, , user = ''] = USERS;
    const shown = parse((await events('--type', 'BucketCreated', '--user', user, '--json')).stdout);
    expect(shown).toEqual([
      expect.objectContaining({
        'detail-type': 'BucketCreated',
        detail: expect.objectContaining({ data: expect.objectContaining({ userId: user }) }),
      }),
    ]);
    const lines = (await events('--user', 'alice')).stdout;
    expect(lines).toMatch(
      /^\S+Z {2}UserRegistered {2}alice {33}users-table {5}(\w+)\n\S+Z {2}BucketCreated {3}alice {33}bucket-service {2}\1:BucketCreated\n$/,
    );
  });

  test('says so where there is none', async () => {
    await expect(events('--from', '2h', '--to', '1h')).resolves.toEqual({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringMatching(
        /^The archive has no such event from \S+Z to \S+Z\. For older events use --from, such as --from 7d\.\n$/,
      ),
    });
  });

  test.each<[string, string[], RegExp]>([
    ['--to without --from', ['--to', '1h'], /^error: --to needs a --from, such as --from 2h$/m],
    ['--to with --follow', ['--from', '2h', '--to', '1h', '--follow'], /cannot be used with option/],
    ['a start after the end', ['--from', '1h', '--to', '2h'], /^error: --from must be before --to/],
    ['no zone', ['--from', '2026-01-01T00:00'], /^error: --from must say its zone/],
    ['a window that is to come', ['--from', '2999-01-01T00:00Z'], /^error: the window is in the future/],
  ])('is refused in one line with %s', async (_, args, message) => {
    const ended = await events(...args);
    expect(ended.stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(message)]);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('pipeline events --follow', () => {
  test('shows events as they come until Ctrl-C, and leaves nothing behind', async () => {
    const command = startCommand(eventsArgs(pipeline, '--follow', '--type', 'BucketCreated'));
    await command.shows(/^Following events\. Ctrl-C ends it\.\n/);
    await pipeline.register('dave');
    await command.shows(/^\S+Z {2}BucketCreated {3}dave .*\n/m);
    await pipeline.register('erin');
    await command.shows(/^\S+Z {2}BucketCreated {3}erin .*\n/m);
    await expect(command.stop('SIGINT')).resolves.toBe(130);
    expect(command.shown.split('\n')).toHaveLength(4);
    await expect(leftBehind(pipeline)).resolves.toEqual(NOTHING);
  });

  test('with --from shows the history first, then what comes, without a gap and none twice', async () => {
    const command = startCommand(eventsArgs(pipeline, '--from', '1h', '--follow', '--json'));
    let isFollowing = false;
    const following = command.shows(/Following events/).then(() => {
      isFollowing = true;
    });
    // Before it begins, while it reads the history, and after that.
    for (let user = 0; !isFollowing; user++) {
      await pipeline.register(`meanwhile-${user}`);
      await pipeline.recorded(`meanwhile-${user}`);
    }
    await following;
    await pipeline.register('last');
    await command.shows(/"detail-type":"BucketCreated".*"userId":"last"/);
    await command.stop();
    const shown = parse(command.shown.replace(/^Following.*\n/m, '')).map(({ detail }) => eventIdOf(detail));
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown.sort()).toEqual(archived());
  });

  test('names the replay of events that somebody replays to all rules', async () => {
    const command = startCommand(eventsArgs(pipeline, '--follow', '--user', 'bob', '--type', 'UserRegistered'));
    await command.shows(/Following events/);
    await startReplay(pipeline, 'to-everybody');
    await command.shows(/ UserRegistered {2}bob .* {2}replay to-everybody\n/);
    await command.stop();
  });
});
