import { execFile } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run capacity -- …`. */
function capacity(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['tools/capacity/main.ts', ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

const DEMAND = ['--users', '5000000', '--signups-per-second', '200'];

describe('npm run capacity', () => {
  test('tells which quota binds first, and the plan', async () => {
    const { code, stdout, stderr } = await capacity(...DEMAND, '--region', 'ap-northeast-1');
    expect(stderr).toBe('');
    expect(stdout).toContain('First limit: buckets of the account, enough for 10,000 users');
    expect(stdout).toContain('1. Use 6 accounts, each with its own stack and table');
    expect(code).toBe(0);
  });

  test('gives the same to a machine', async () => {
    const { code, stdout } = await capacity(...DEMAND, '--region', 'ap-northeast-1', '--stage', 'dev', '--json');
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({ users: 5_000_000, region: 'ap-northeast-1', stage: 'dev', accounts: 6 });
    const fix = expect.stringMatching(/^ask for more, up to 1,000,000/);
    expect(plan.readings[0]).toMatchObject({ name: 'buckets of the account', fix, mend: fix });
    expect(plan.steps[0]).toContain('Use 6 accounts');
    expect(code).toBe(0);
  });

  test('given a rate alone, plans for the users of one account in the Region of the prices', async () => {
    const { code, stdout } = await capacity('--signups-per-second', '1000', '--json');
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({ users: 900_000, region: 'us-east-1', accounts: 1, pipe: { shards: 4 } });
    const [lanes] = plan.readings.filter(({ name }: { name: string }) => name === 'lanes of the pipe');
    expect(lanes).toMatchObject({ amount: 10, enoughFor: null });
    expect(code).toBe(0);
  });

  test('explains itself', async () => {
    const { code, stdout } = await capacity('--help');
    expect(stdout).toContain('--signups-per-second');
    expect(code).toBe(0);
  });

  test.each([
    ['a Region without known quotas', [...DEMAND, '--region', 'mars-1'], "The quotas of 'mars-1'"],
    ['users that are no number', ['--users', 'many'], 'It must be a whole number above 0'],
    ['half a user', ['--users', '0.5'], 'It must be a whole number above 0'],
    ['no sign-ups', ['--signups-per-second', '0'], 'It must be a number above 0, up to 1,000,000'],
    ['no rate', ['--users', '5000'], "required option '--signups-per-second <n>' not specified"],
    ['an unknown stage', [...DEMAND, '--region', 'us-east-1', '--stage', 'moon'], 'moon'],
  ])('refuses %s in words', async (_, args, reason) => {
    const { code, stdout, stderr } = await capacity(...args);
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
