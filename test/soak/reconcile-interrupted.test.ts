import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BrokenUsers, isRepair } from '../pipeline/broken-users.ts';
import { jsonLines, pipeline as run, startCommand } from '../support/cli.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';

const USERS = Array.from({ length: 12 }, (_, user) => `user-${user}`);

describe('pipeline reconcile', () => {
  let pipeline: Pipeline;
  let users: BrokenUsers;
  beforeEach(async () => {
    pipeline = await Pipeline.start();
    users = new BrokenUsers(pipeline);
    await users.register(...USERS);
  });
  afterEach(() => pipeline.stop());

  const args = (...more: string[]) => ['reconcile', '--port', pipeline.port, ...more];
  const repairs = () => pipeline.entries(isRepair).length;

  test.each<[NodeJS.Signals, number | null]>([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ])('ended by %s half way, and run again, mends every user, and none twice', async (signal, exitCode) => {
    const before = await users.everything();
    for (const userId of USERS) await users.loseUri(userId);
    const command = startCommand(args('--grace', '0', '--fix', '--yes', '--rate', '2'));
    await pipeline.waitFor('the first request', isRepair, 10);
    expect(await command.stop(signal)).toBe(exitCode);
    if (signal === 'SIGINT') await command.shows(/stopped: 10 of 12 events put; run the command again for the others/);
    expect(repairs()).toBe(10);
    await pipeline.waitFor(
      'the URIs',
      (entry) => entry.hop === 'log' && /bucket URI recorded/.test(String(entry.line)),
      22,
    );

    const again = await run(args('--grace', '0', '--fix', '--yes', '--wait', '--json'));
    expect(jsonLines(again).at(-1)).toMatchObject({ mendable: 2, mended: 2, done: 2 });
    expect(again.exitCode).toBe(0);
    expect(repairs()).toBe(12);
    await expect(users.everything()).resolves.toEqual(before);
    await expect(run(args())).resolves.toMatchObject({ exitCode: 0 });
  });

  test('ended by SIGINT while it waits for pending registrations, has changed nothing', async () => {
    await users.loseUri('user-1');
    const command = startCommand(args('--grace', '3600', '--fix', '--yes'));
    await pipeline.waitFor('the scan', ({ operation }) => operation === 'Scan');
    await command.shows(/waiting 60 min for registrations that may be pending/);
    expect(await command.stop()).toBe(130);
    expect(repairs()).toBe(0);
  });

  test('beside users who register, takes none of them for broken', async () => {
    let isOver = false;
    const registering = (async () => {
      for (let user = 0; !isOver; user++) await pipeline.register(`late-${user}`);
      return pipeline.entries((entry) => isEvent(entry, 'UserRegistered')).length;
    })();
    const running = run(args('--json', '--grace', '60'));
    await pipeline.waitFor('the scan', ({ operation }) => operation === 'Scan');
    isOver = true;
    const ended = await running;
    expect(jsonLines(ended).slice(0, -1)).toEqual([]);
    expect(ended.exitCode).toBe(0);
    expect(await registering).toBeGreaterThan(USERS.length);
  });
});
