import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pipeline as command, startCommand } from '../support/cli.ts';
import { TestConsole } from '../support/console-page.ts';
import { Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

test('given a running engine, it serves the page, names the pipeline, and ends with Ctrl-C', async () => {
  const running = startCommand(['console', '--port', pipeline.port, '--console-port', '0']);
  const [, stack, url = ''] = await running.shows(
    /^The console shows (\S+) in ap-northeast-1, account 123456789012: (\S+)\nCtrl-C stops it\.$/m,
  );
  expect(stack).toBe('user-bucket-pipeline-dev');
  const answer = await fetch(`${url}/api/console`);
  expect(await answer.json()).toEqual({
    stack: 'user-bucket-pipeline-dev',
    account: '123456789012',
    region: 'ap-northeast-1',
    place: 'engine',
    isWritable: true,
  });
  expect(await running.stop()).toBe(0);
});

test('given a port that is in use, it takes another one', async () => {
  const running = startCommand(['console', '--port', pipeline.port, '--console-port', pipeline.port]);
  const [, port] = await running.shows(/http:\/\/127\.0\.0\.1:(\d+)\n/);
  expect(Number(port)).toBeGreaterThan(0);
  expect(port).not.toBe(pipeline.port);
  await running.stop();
});

test('given no engine, it says so, and serves nothing', async () => {
  const { exitCode, stdout, stderr } = await command(['console', '--port', '1']);
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/no local engine at http:\/\/127\.0\.0\.1:1; start one with npm start/);
});

test('given --open, trace opens the page of the user in the console that runs beside the engine', async () => {
  const { engine, beside } = await startBeside();
  await engine.register('kim & co');
  await engine.recorded('kim & co');
  const opener = await mkdtemp(join(tmpdir(), 'opener-'));
  const opened = join(opener, 'opened');
  for (const name of ['xdg-open', 'open']) {
    await writeFile(join(opener, name), `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`, { mode: 0o755 });
  }
  await promisify(execFile)('mkfifo', [opened]);
  const reading = readFile(opened, 'utf8');
  const PATH = `${opener}:${process.env.PATH}`;
  const { exitCode, stderr } = await command(['trace', 'kim & co', '--open', '--port', engine.port], { PATH });
  expect([exitCode, stderr]).toEqual([0, `See it live: ${beside.url}/user?id=kim+%26+co\n`]);
  expect(await reading).toBe(`${beside.url}/user?id=kim+%26+co`);
  await beside.stop();
  await engine.stop();
  await rm(opener, { recursive: true });
});

/** An engine, and its console at the port above, which something else may have. */
async function startBeside(): Promise<{ engine: Pipeline; beside: TestConsole }> {
  for (;;) {
    const engine = await Pipeline.startUndisturbed();
    const port = Number(engine.port) + 1;
    const beside = await TestConsole.start(engine, { port });
    if (new URL(beside.url).port === String(port)) return { engine, beside };
    await beside.stop();
    await engine.stop();
  }
}

test('given --open and no console, trace says how to start one', async () => {
  const { exitCode, stderr } = await command(['trace', 'kim & co', '--open', '--port', pipeline.port]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^error: no console runs at http:\/\/127\.0\.0\.1:\d+; start one with npx pipeline console\n$/,
  );
});
