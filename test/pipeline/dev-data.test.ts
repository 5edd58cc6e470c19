import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { undisturbedAssembly } from '../support/assembly.ts';
import { pipeline, RunningDev } from '../support/cli.ts';
import { makeDataFolder } from '../support/data-folder.ts';

let data: ReturnType<typeof makeDataFolder>;

beforeEach(() => {
  data = makeDataFolder();
});
afterEach(() => data.remove());

const dev = (...args: readonly string[]) =>
  pipeline(['dev', '--port', '0', '--assembly', undisturbedAssembly(), ...args]);
const urisIn = (text: string) => [...text.matchAll(/s3:\/\/\S+/g)].map(([uri]) => uri).sort();

describe('given pipeline dev with a data folder', () => {
  test('when it is started a second time, the sample users are there already, with the buckets that they had', async () => {
    const first = await dev('--data', data.folder, '--once');
    expect(first.stderr).toBe('');
    expect(first.stdout).toContain(`Everything is kept in ${data.folder}.`);
    expect(first.stdout).not.toContain('existed already');
    const second = await dev('--data', data.folder, '--once');
    expect(second).toMatchObject({ exitCode: 0, stderr: '' });
    expect(second.stdout.match(/^✔ .* {2}existed already$/gm)).toHaveLength(10);
    expect(second.stdout).toContain('10 of 10 sample users have their bucket.');
    expect(urisIn(second.stdout)).toEqual(urisIn(first.stdout));
    expect(urisIn(second.stdout)).toHaveLength(10);
  });

  test('when another one uses the folder, it says so in one line', async () => {
    const running = await RunningDev.start([
      '--assembly',
      undisturbedAssembly(),
      '--data',
      data.folder,
      '--no-samples',
    ]);
    try {
      const { exitCode, stderr } = await dev('--data', data.folder, '--no-samples');
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: `error: ${data.folder} is in use by another engine. Stop that engine, or use another folder.\n`,
      });
    } finally {
      await running.stop();
    }
  });

  test('when the folder is a file, it says so in one line', async () => {
    const file = join(data.folder, 'file');
    writeFileSync(file, '');
    const { exitCode, stderr } = await dev('--data', file, '--no-samples');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^.*file cannot be used for the engine's data: ENOTDIR.*\n$/);
  });

  test('when its database is cut in half, it says so in one line, and ends', async () => {
    await dev('--data', data.folder, '--once', '--no-samples');
    const database = join(data.folder, 'engine.db');
    truncateSync(database, Math.floor(statSync(database).size / 2));
    const { exitCode, stderr } = await dev('--data', data.folder, '--once', '--no-samples');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: The data in .* is damaged: engine\.db: .* Nothing was changed\. To start with no data, .*\n$/,
    );
  });

  test('when it was written for another Region, it says which, in one line', async () => {
    await dev('--data', data.folder, '--once', '--no-samples');
    const { exitCode, stderr } = await dev('--data', data.folder, '--region', 'eu-west-1', '--once', '--no-samples');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `error: ${data.folder} holds the data of ap-northeast-1, not of eu-west-1. Start with that Region, or use another folder.\n`,
    });
  });
});
