import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { codeFile, makeFunction } from '../support/lambda.ts';
import { isRunning, processIsGone } from '../support/process.ts';

const source = (file: string) => fileURLToPath(new URL(`../../../../packages/local-engine/${file}`, import.meta.url));
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

/** The first line that a process writes. @throws Error if it ends without one */
async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const lines = createInterface({ input: stdout as NodeJS.ReadableStream });
  const ended = once(lines, 'close').then(() => Promise.reject(new Error('The process ended and wrote no line.')));
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  return line;
}

/** A host that runs a function, invokes it, and prints what that logs. */
function host(module: string): string {
  return codeFile(`
    import { startProcess } from ${JSON.stringify(source('lambda/execution-environment.ts'))};
    import { LambdaFunction } from ${JSON.stringify(source('lambda/lambda-function.ts'))};
    import { systemClock } from ${JSON.stringify(source('core/clock.ts'))};
    const journal = { write: (hop, { line }) => { if (hop === 'log') console.log(line); } };
    const props = ${JSON.stringify(makeFunction(module).props, ['file', 'exportName', 'functionName', 'functionArn', 'memoryMb', 'logGroup', 'timeoutMs'])};
    const fn = new LambdaFunction({ ...props, variables: {}, startEnvironment: startProcess, clock: systemClock(), journal, log: () => true });
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
    const pid = Number(await firstLine(engine));
    expect(pid).toBeGreaterThan(0);
    engine.kill('SIGKILL');
    await processIsGone(pid);
  });
});

/** What a handler may start; each says its process id. What has left the group is found on Linux alone. */
const CHILDREN = [
  { child: 'a child', start: "spawn('sleep', ['600'], { stdio: 'ignore' })" },
  { child: 'a child of a shell that has ended', start: "spawn('sh', ['-c', 'sleep 600 & echo $!'])", says: true },
  ...(process.platform === 'linux'
    ? [
        {
          child: 'a child in a session of its own',
          start: "spawn('sleep', ['600'], { stdio: 'ignore', detached: true })",
        },
        {
          child: 'a child in a session of its own, whose parent has ended',
          start: "spawn('setsid', ['sh', '-c', 'sleep 600 & echo $!'])",
          says: true,
        },
        {
          child: 'a child in a session of its own, without its environment',
          start: "spawn('sleep', ['600'], { stdio: 'ignore', detached: true, env: {} })",
        },
      ]
    : []),
];

/** A handler that starts a child, and says `child PID` when it runs. */
const startingChild = ({ start, says = false }: { start: string; says?: boolean }) => `
  import { spawn } from 'node:child_process';
  import { once } from 'node:events';
  import { writeSync } from 'node:fs';
  export const handler = async ({ end }) => {
    const child = ${start};
    const pid = ${says ? "Number((await once(child.stdout, 'data'))[0])" : 'child.pid'};
    writeSync(1, 'child ' + pid + '\\n');
    if (end === 'exit') process.exit(1);
    if (end !== 'answer') await new Promise(() => setInterval(() => {}, 1000));
  };`;

describe('given a function that has started processes', () => {
  test.each(CHILDREN)('when the engine is killed by force, $child ends too', async (given) => {
    const engine = run(host(startingChild(given)));
    const pid = Number((await firstLine(engine)).replace('child ', ''));
    expect(isRunning(pid)).toBe(true);
    engine.kill('SIGKILL');
    await processIsGone(pid);
  });

  test.each(CHILDREN.flatMap((given) => ['a timeout', 'an update', 'a kill'].map((ending) => ({ ...given, ending }))))(
    'when its environment ends by $ending, $child ends too',
    async ({ ending, ...given }) => {
      const { fn, props, journal, clock } = makeFunction(startingChild(given));
      const invoked = fn.invoke({ end: ending === 'an update' ? 'answer' : 'hang' }).catch(() => {});
      const { line } = await journal.waitFor('the child', ({ hop }) => hop === 'log');
      const pid = Number(String(line).replace('child ', ''));
      expect(isRunning(pid)).toBe(true);
      if (ending === 'a timeout') clock.skip(props.timeoutMs);
      if (ending === 'a kill') await fn.kill();
      await invoked;
      if (ending === 'an update') fn.reconfigure({ ...props, file: codeFile('export const handler = () => 1;') });
      await processIsGone(pid);
    },
  );

  test.each(CHILDREN.filter(({ start }) => !start.includes('env: {}')))(
    'when its runtime exits by itself, $child ends too',
    async (given) => {
      const { fn, journal } = makeFunction(startingChild(given));
      const invoked = fn.invoke({ end: 'exit' }).catch(() => {});
      const { line } = await journal.waitFor('the child', ({ hop }) => hop === 'log');
      await invoked;
      await processIsGone(Number(String(line).replace('child ', '')));
    },
  );
});

test('given a runtime whose channel is closed, it ends by itself, also while its module is loading', async () => {
  const start = { file: codeFile("console.log('loading'); await new Promise(() => {});"), exportName: 'handler' };
  const runtime = run(source('lambda/lambda-runtime.mjs'), JSON.stringify(start));
  const exited = once(runtime, 'exit');
  expect(await firstLine(runtime)).toBe('loading');
  (runtime.stdio[3] as Socket).destroy();
  expect(await exited).toEqual([0, null]);
});

test('given an engine that ends with processes left, these are killed, and none that had ended before', async () => {
  const engine = run(
    codeFile(`
      import { spawn } from 'node:child_process';
      import { dieWithEngine, newMark } from ${JSON.stringify(source('lambda/process-tree.ts'))};
      const sleepers = [1, 2, 3].map(() => spawn('sleep', ['60'], { stdio: 'ignore', detached: true }));
      const [ended] = sleepers.map(({ pid }) => dieWithEngine(pid, newMark()));
      ended();
      for (const sleeper of sleepers) sleeper.unref();
      console.log(sleepers.map(({ pid }) => pid).join());
    `),
  );
  const exited = once(engine, 'exit');
  const [spared = 0, ...killed] = (await firstLine(engine)).split(',').map(Number);
  // The watchdog alone keeps nothing from ending.
  expect(await exited).toEqual([0, null]);
  await Promise.all(killed.map(processIsGone));
  expect(isRunning(spared)).toBe(true);
  process.kill(spared, 'SIGKILL');
});
