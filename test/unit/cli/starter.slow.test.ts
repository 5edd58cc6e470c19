import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { WAIT_MS } from '../../support/limits.ts';

const STARTER = fileURLToPath(new URL('../../../cli/starter.mjs', import.meta.url));

/** A command: says its process id, then that it goes on, and at a SIGTERM that it ends. */
const COMMAND = `
  import { endWithStarter } from ${JSON.stringify(STARTER)};
  process.on('SIGTERM', () => { console.log('ends'); process.exit(); });
  setInterval(() => console.log('goes on'), 1500);
  setTimeout(() => process.exit(1), ${WAIT_MS}); // where a test was killed
  endWithStarter();
  console.log(process.pid);`;
const RUN = [process.execPath, '--input-type=module', '-e', COMMAND];

const started: ChildProcess[] = [];
let pid = 0;
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  if (pid > 0) process.kill(pid, 'SIGKILL');
  pid = 0;
});

/** A shell that runs a script, with the command as its arguments, and the lines that it and the command say. */
function shell(script: string, env: NodeJS.ProcessEnv = {}) {
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...RUN], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  started.push(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string | undefined> => (await lines.next()).value;
  return { child, nextLine, release: () => (child.stdio[3] as Writable).end('go\n') };
}

describe('a command whose starter is gone', () => {
  test('given a shell that started it, when that is killed, then it ends as by SIGTERM', async () => {
    const { child, nextLine } = shell('"$@" & wait');
    expect(Number(await nextLine())).toBeGreaterThan(0);
    expect(await nextLine()).toBe('goes on');
    child.kill('SIGKILL');
    let line = await nextLine();
    while (line === 'goes on') line = await nextLine();
    expect(line).toBe('ends');
  });

  test('given npm, whose shell outlives it, when npm is killed, then it ends too', async () => {
    // The outer shell is where npm is; what follows the commands keeps the shells from becoming them.
    const { child, nextLine } = shell('sh -c \'"$@"; :\' sh "$@"; :', { npm_execpath: '/npm-cli.js' });
    expect(Number(await nextLine())).toBeGreaterThan(0);
    // Its first look has found npm by then.
    for (let times = 0; times < 2; times++) expect(await nextLine()).toBe('goes on');
    child.kill('SIGKILL');
    let line = await nextLine();
    while (line === 'goes on') line = await nextLine();
    expect(line).toBe('ends');
  });

  test('given no npm, when the starter of its shell is killed, then it goes on with the shell', async () => {
    const { child, nextLine } = shell('sh -c \'"$@"; :\' sh "$@"; :');
    pid = Number(await nextLine());
    for (let times = 0; times < 2; times++) expect(await nextLine()).toBe('goes on');
    child.kill('SIGKILL');
    for (let times = 0; times < 2; times++) expect(await nextLine()).toBe('goes on');
  });

  test('given that its starter was gone before it began, then it goes on', async () => {
    const { child, nextLine, release } = shell('{ read -r go; exec "$@"; } <&3 &');
    await once(child, 'exit');
    release();
    pid = Number(await nextLine());
    expect(pid).toBeGreaterThan(0);
    for (let times = 0; times < 2; times++) expect(await nextLine()).toBe('goes on');
  });
});
