import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { consolePort, isSamePipeline, usualConsolePort } from '../../cli/console-address.ts';
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
    endpoint: `http://127.0.0.1:${pipeline.port}`,
    isWritable: true,
  });
  expect(await running.stop()).toBe(0);
});

test.each([
  ['it', () => ['console', '--port', pipeline.port]],
  ['the page of a new engine', () => ['dev', '--port', '0', '--no-samples']],
])('given a port that is in use, %s takes another one, and says so', async (_what, args) => {
  const running = startCommand([...args(), '--console-port', pipeline.port]);
  await running.shows(/Ctrl-C stops it\.\n/);
  const [, port] = /(?:123456789012|browser): http:\/\/127\.0\.0\.1:(\d+)\n/.exec(running.shown) ?? [];
  expect(Number(port)).toBeGreaterThan(0);
  expect(port).not.toBe(pipeline.port);
  expect(await running.stop()).toBe(0);
  expect(running.shown).toContain(
    `✖ port ${pipeline.port} is in use: the console is at another one, where trace --open does not find it\n`,
  );
});

test('its port leaves those beside the engine to other engines, and is any free one where there is none so high', () => {
  expect([4566, 4567, 0, 64_535, 64_536].map(consolePort)).toEqual([5566, 5567, 0, 65_535, 0]);
});

test('its port is that of the engine which the command means', () => {
  process.env.AWS_ENDPOINT_URL = 'http://localhost:7000';
  try {
    expect([{}, { port: 4570 }, { stack: 'mine' }].map(usualConsolePort)).toEqual([8000, 5570, 5566]);
  } finally {
    delete process.env.AWS_ENDPOINT_URL;
  }
});

test.each([
  ['it', {}, true],
  ['a stack of that name in another account', { account: '2' }, false],
  ['a stack of that name in another Region', { region: 'eu-west-1' }, false],
  ['another stack', { stack: 'mine-too' }, false],
  ['an engine', { endpoint: 'http://127.0.0.1:4566' }, false],
  ['something else', { stack: undefined, account: undefined, region: undefined }, false],
])('for a stack on AWS, --open takes a console that shows %s: %j, %s', (_what, said, isTaken) => {
  const own = { stack: 'mine', account: '1', region: 'us-east-1' };
  expect(isSamePipeline({ ...own, ...said }, { stackName: 'mine' }, own)).toBe(isTaken);
});

test('given an engine whose port is so high that the console has none, trace --open says what to open instead', async () => {
  const high = await Pipeline.startUndisturbed({ port: await freePortFrom(64_536) });
  const { exitCode, stderr } = await command(['trace', 'kim', '--open', '--port', high.port]);
  await high.stop();
  expect([exitCode, stderr]).toEqual([
    1,
    'error: the console of this engine has no usual port: open the address that it printed, or leave out --open\n',
  ]);
});

/** The first port from there on that nothing uses. */
async function freePortFrom(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  const isFree = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ]);
  await new Promise((closed) => server.close(closed));
  return isFree ? port : freePortFrom(port + 1);
}

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

test('given --open and the console of another engine at the usual port, trace opens nothing', async () => {
  const { engine, beside } = await startBeside(pipeline);
  const { exitCode, stdout, stderr } = await command(['trace', 'kim & co', '--open', '--port', engine.port]);
  expect([exitCode, stdout, stderr]).toEqual([
    1,
    '',
    `error: what runs at ${beside.url} is not the console of this pipeline; start one with npx pipeline console --port ${engine.port}\n`,
  ]);
  await beside.stop();
  await engine.stop();
});

/** An engine, and at the port of its console, which something else may have, the console of this or another one. */
async function startBeside(shown?: Pipeline): Promise<{ engine: Pipeline; beside: TestConsole }> {
  for (;;) {
    const engine = await Pipeline.startUndisturbed();
    const port = consolePort(Number(engine.port));
    const beside = await TestConsole.start(shown ?? engine, { port });
    if (port !== 0 && new URL(beside.url).port === String(port)) return { engine, beside };
    await beside.stop();
    await engine.stop();
  }
}

test('given --open and no console, trace says how to start one', async () => {
  const url = `http://127.0.0.1:${consolePort(Number(pipeline.port))}`;
  const { exitCode, stderr } = await command(['trace', 'kim & co', '--open', '--port', pipeline.port]);
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    `error: no console runs at ${url}; start one with npx pipeline console --port ${pipeline.port}\n`,
  );
});
