import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { codeFile, makeFunction } from './support/lambda.ts';
import { isRunning, processIsGone } from './support/process.ts';

const source = (file: string) => fileURLToPath(new URL(`../../../local/${file}`, import.meta.url));
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that runs a script; the last of its streams is a channel as the runtime has it. */
function run(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--no-warnings', ...args], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  started.push(child);
  return child;
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const [line] = await once(createInterface({ input: stream }), 'line');
  return line;
}

/** A host that runs a function, invokes it, and tells what that logs. */
function host(module: string): string {
  return codeFile(`
    import { LambdaFunction } from ${JSON.stringify(source('lambda/lambda.ts'))};
    import { systemClock } from ${JSON.stringify(source('clock.ts'))};
    const journal = { write: (hop, { line }) => { if (hop === 'log') console.log(line); } };
    const props = ${JSON.stringify(makeFunction(module).props, ['file', 'exportName', 'functionName', 'functionArn', 'memoryMb', 'logGroup', 'timeoutMs'])};
    const fn = new LambdaFunction({ ...props, variables: {}, clock: systemClock(), journal, log: () => true });
    fn.invoke({}).catch(() => {});
  `);
}

describe('given an engine that is killed by force', () => {
  test.each([
    { when: 'waits', body: 'await new Promise(() => setInterval(() => {}, 1000));' },
    { when: 'never lets go of the processor', body: 'for (;;) {}' },
  ])('when a function $when, its process ends too', async ({ body }) => {
    const engine = run(
      host(`import { writeSync } from 'node:fs';
        export const handler = async () => { writeSync(1, process.pid + '\\n'); ${body} };`),
    );
    const pid = Number(await firstLine(engine.stdout as NodeJS.ReadableStream));
    expect(pid).toBeGreaterThan(0);
    engine.kill('SIGKILL');
    await processIsGone(pid);
  });
});

test('given a runtime whose channel is closed, it ends by itself, also while its module is loading', async () => {
  const start = { file: codeFile("console.log('loading'); await new Promise(() => {});"), exportName: 'handler' };
  const runtime = run(source('lambda/lambda-runtime.mjs'), JSON.stringify(start));
  const exited = once(runtime, 'exit');
  expect(await firstLine(runtime.stdout as NodeJS.ReadableStream)).toBe('loading');
  (runtime.stdio[3] as Socket).destroy();
  expect(await exited).toEqual([0, null]);
});

test('given an engine that ends with processes left, these are killed, and none that had ended before', async () => {
  const engine = run(
    codeFile(`
      import { spawn } from 'node:child_process';
      import { dieWithEngine } from ${JSON.stringify(source('lambda/lambda-watchdog.ts'))};
      const sleepers = [1, 2, 3].map(() => spawn('sleep', ['60'], { stdio: 'ignore' }));
      const [ended] = sleepers.map(({ pid }) => dieWithEngine(pid));
      ended();
      for (const sleeper of sleepers) sleeper.unref();
      console.log(sleepers.map(({ pid }) => pid).join());
    `),
  );
  const exited = once(engine, 'exit');
  const [spared = 0, ...killed] = (await firstLine(engine.stdout as NodeJS.ReadableStream)).split(',').map(Number);
  // The watchdog alone keeps nothing from ending.
  expect(await exited).toEqual([0, null]);
  await Promise.all(killed.map(processIsGone));
  expect(isRunning(spared)).toBe(true);
  process.kill(spared, 'SIGKILL');
});
