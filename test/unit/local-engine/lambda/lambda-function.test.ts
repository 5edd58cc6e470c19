import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SkippingClock } from '../../../../packages/local-engine/core/clock.ts';
import type { EnvironmentProps } from '../../../../packages/local-engine/lambda/index.ts';
import { codeFile, makeFunction } from '../support/lambda.ts';
import { entriesOf, settle } from '../support/parts.ts';
import { processIsGone } from '../support/process.ts';

const TELLING_ITS_CONTEXT =
  'export const handler = (_event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });';

describe('what an invocation gives', () => {
  test.each([
    {
      given: 'an object',
      body: 'return { userId: event.userId, list: [1, null] };',
      result: { userId: 'test4', list: [1, null] },
    },
    { given: 'a promise', body: 'return Promise.resolve("later");', result: 'later' },
    { given: 'nothing', body: '', result: null },
    { given: 'a date, which JSON makes a text', body: 'return new Date(0);', result: '1970-01-01T00:00:00.000Z' },
  ])('given a handler that returns $given, it is the result, through JSON', async ({ body, result }) => {
    const { fn, ...parts } = makeFunction(`export const handler = async (event) => { ${body} };`);
    await expect(fn.invoke({ userId: 'test4' })).resolves.toEqual(result);
    expect(entriesOf(parts, 'invocation')).toMatchObject([{ functionName: 'service', outcome: 'answered', result }]);
  });

  test('given a handler, its context has the invocation, the function and the time that is left', async () => {
    const clock = new SkippingClock({ timeFactor: 1 });
    const { fn, ...parts } = makeFunction(TELLING_ITS_CONTEXT, { clock });
    const context = (await fn.invoke({})) as { left: number };
    expect(context).toMatchObject({
      awsRequestId: entriesOf(parts, 'invocation')[0]?.requestId,
      functionName: 'service',
      invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:111122223333:function:service',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/service',
    });
    expect(context.left).toBeGreaterThan(0);
    expect(context.left).toBeLessThanOrEqual(10_000);
  });

  test('given a machine with a time factor, the handler has as many times its timeout', async () => {
    const { fn } = makeFunction(TELLING_ITS_CONTEXT, { clock: new SkippingClock({ timeFactor: 100 }) });
    const { left } = (await fn.invoke({})) as { left: number };
    expect(left).toBeGreaterThan(10_000);
    expect(left).toBeLessThanOrEqual(1_000_000);
  });

  test('given a handler that throws, the invocation fails with the name and the message of the error', async () => {
    const { fn, ...parts } = makeFunction(`export const handler = async () => { throw new RangeError('too far'); };`);
    const failure = { errorType: 'RangeError', message: 'too far' };
    await expect(fn.invoke({})).rejects.toMatchObject({ name: 'FunctionError', ...failure });
    expect(entriesOf(parts, 'invocation')).toMatchObject([{ outcome: 'failed', ...failure }]);
  });
});

describe('what surrounds the handler', () => {
  test('given variables, the handler sees them, its trace and its mark, and nothing of its host’s', async () => {
    const { fn } = makeFunction('export const handler = () => ({ ...process.env });', { variables: { STAGE: 'dev' } });
    await expect(fn.invoke({})).resolves.toEqual({
      STAGE: 'dev',
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-/),
      LOCAL_ENGINE_PROCESS: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('given a handler that changes its variables, the host’s stay as they are', async () => {
    const { fn } = makeFunction('export const handler = () => { process.env.PATH = "x"; };', { variables: { A: 'b' } });
    await fn.invoke({});
    expect(process.env.PATH).not.toBe('x');
  });

  test('given lines on both outputs, each is in the journal as it was written', async () => {
    const { fn, journal, ...parts } = makeFunction(
      `export const handler = () => { console.log('{"level":"INFO"}'); console.error('bad'); process.stdout.write('end\\n'); };`,
    );
    await fn.invoke({});
    await journal.waitFor('three lines', ({ hop }) => hop === 'log', { count: 3 });
    const lines = entriesOf({ journal, ...parts }, 'log').map(({ functionName, line }) => [functionName, line]);
    expect(lines.sort()).toEqual([
      ['service', 'bad'],
      ['service', 'end'],
      ['service', '{"level":"INFO"}'],
    ]);
  });
});

describe('what a handler writes where its environment talks with the engine', () => {
  const LINES = [
    '"hello"',
    '1',
    'null',
    'no JSON {',
    '[]',
    '{"result":"x"}',
    '{"requestId":1}',
    '{"requestId":"other","result":"x"}',
    '"ready"',
    '{"requestId":"other","error":null}',
    '{"crash":1}',
    '',
  ];

  test('given messages of any form, none of them is taken for its answer, and the engine continues', async () => {
    const { fn } = makeFunction(
      `import { writeSync } from 'node:fs';
       export const handler = async (event, { awsRequestId: requestId }) => {
         for (const line of [...${JSON.stringify(LINES)}, JSON.stringify({ requestId, error: 'x' })]) writeSync(3, line + '\\n');
         await new Promise((r) => setTimeout(r, 50));
         return 'answer';
       };`,
    );
    await expect(fn.invoke({})).resolves.toBe('answer');
    await expect(fn.invoke({})).resolves.toBe('answer');
  });

  test('given a handler that looks for Node’s channel, there is none', async () => {
    const { fn } = makeFunction(
      `export const handler = () => ['send', 'channel', 'disconnect', 'connected'].filter((key) => process[key]);`,
    );
    await expect(fn.invoke({})).resolves.toEqual([]);
  });
});

describe('execution environments', () => {
  const counting = 'let calls = 0; export const handler = () => ++calls;';

  test('given invocations one after the other, one environment serves them, and keeps its state', async () => {
    const { fn } = makeFunction(counting);
    expect([await fn.invoke({}), await fn.invoke({}), await fn.invoke({})]).toEqual([1, 2, 3]);
  });

  test('given a handler that threw, its environment serves on', async () => {
    const { fn } = makeFunction(
      'let calls = 0; export const handler = () => { if (++calls === 1) throw new Error("x"); return calls; };',
    );
    await expect(fn.invoke({})).rejects.toThrow('x');
    await expect(fn.invoke({})).resolves.toBe(2);
  });

  const WAITING = `
    let calls = 0;
    export const handler = ({ file }) => new Promise((resolve) => {
      calls += 1;
      if (file === undefined) return resolve([process.pid, calls]);
      const timer = setInterval(() => existsSync(file) && resolve([process.pid, calls], clearInterval(timer)), 5);
    });
    import { existsSync } from 'node:fs';`;

  test('given quick invocations at the same time, one process serves them all, each at its time', async () => {
    const { fn } = makeFunction(`console.log('loaded'); ${counting}`, { mostEnvironments: 20 });
    const results = await Promise.all(Array.from({ length: 20 }, () => fn.invoke({})));
    expect(results).toEqual(Array.from({ length: 20 }, (_, call) => call + 1));
  });

  test('given one that waits for another, that one gets a process of its own, although the first never ends by itself', async () => {
    const { fn, props } = makeFunction(WAITING);
    const file = join(dirname(props.file), 'other-has-run');
    const waiting = fn.invoke({ file }) as Promise<[number, number]>;
    const [otherPid] = (await fn.invoke({})) as [number, number];
    writeFileSync(file, '');
    const [pid, calls] = await waiting;
    expect([otherPid === pid, calls]).toEqual([false, 1]);
  });

  test('given the most environments at work, an invocation waits, until one has ended', async () => {
    const { fn, props, clock } = makeFunction(WAITING, { mostEnvironments: 1 });
    const file = join(dirname(props.file), 'may-end');
    const first = fn.invoke({ file }) as Promise<[number, number]>;
    const second = fn.invoke({}) as Promise<[number, number]>;
    clock.skip(5_000);
    writeFileSync(file, '');
    const [pid] = await first;
    expect(await second).toEqual([pid, 2]);
  });

  test('given a kill, an invocation that waits ends too', async () => {
    const { fn, ...parts } = makeFunction(WAITING, { mostEnvironments: 1 });
    const ended = Promise.allSettled([fn.invoke({}, 'first'), fn.invoke({}, 'second')]);
    await fn.kill();
    expect(await ended).toMatchObject(Array(2).fill({ status: 'rejected', reason: { errorType: 'Runtime.Stopped' } }));
    const failed = { outcome: 'failed', errorType: 'Runtime.Stopped' };
    expect(entriesOf(parts, 'invocation')).toMatchObject([
      { requestId: 'first', ...failed },
      { requestId: 'second', ...failed },
    ]);
  });

  test('given a function that was warmed up, the first invocation finds its module loaded', async () => {
    const { fn, journal } = makeFunction(`console.log('loaded'); ${counting}`);
    fn.warmUp();
    fn.warmUp();
    await journal.waitFor('the module', ({ line }) => line === 'loaded');
    expect(await fn.invoke({})).toBe(1);
    expect(entriesOf({ journal }, 'log')).toHaveLength(1);
  });
});

test('given an environment that was killed, the next one need not compile its code again', async () => {
  const variables = {
    NODE_COMPILE_CACHE: mkdtempSync(join(tmpdir(), 'compiled-')),
    NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
  };
  const { fn, props, logged } = makeFunction('export const handler = () => 1;', { variables });
  const accepted = () => logged.filter((line) => line.includes(props.file) && line.includes('was accepted'));
  await fn.invoke({});
  await fn.kill();
  expect(accepted()).toEqual([]);
  await fn.invoke({});
  await fn.kill();
  expect(accepted()).toHaveLength(1);
  rmSync(variables.NODE_COMPILE_CACHE, { recursive: true });
});

test('given an engine with a folder for compiled modules, its functions use it, and handlers do not see it', async () => {
  const before = process.env.NODE_COMPILE_CACHE;
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  process.env.NODE_COMPILE_CACHE = folder;
  try {
    const { fn } = makeFunction('export const handler = () => process.env.NODE_COMPILE_CACHE ?? "unset";');
    expect(await fn.invoke({})).toBe('unset');
    await fn.kill();
    expect(readdirSync(folder)).toHaveLength(1);
  } finally {
    if (before === undefined) delete process.env.NODE_COMPILE_CACHE;
    else process.env.NODE_COMPILE_CACHE = before;
    rmSync(folder, { recursive: true });
  }
});

describe('other code while it runs', () => {
  const slow =
    'export const handler = async () => { console.log("began"); await new Promise((r) => setTimeout(r, 50)); return "old"; };';
  const given = (module: string) => {
    const made = makeFunction(module);
    const reconfigure = (text: string) => made.fn.reconfigure({ ...made.props, file: codeFile(text) });
    return { ...made, reconfigure };
  };

  test('given a running invocation, it ends on the old code, and the next one runs the new', async () => {
    const { fn, journal, reconfigure } = given(slow);
    const underWay = fn.invoke({});
    await journal.waitFor('the old code', ({ line }) => line === 'began');
    reconfigure('export const handler = () => "new";');
    await expect(fn.invoke({})).resolves.toBe('new');
    await expect(underWay).resolves.toBe('old');
    await expect(fn.invoke({})).resolves.toBe('new');
  });

  test('given a running invocation, its environment is gone when it has ended', async () => {
    const { fn, journal, reconfigure } = given(slow.replace('"old"', 'process.pid'));
    const underWay = fn.invoke({});
    await journal.waitFor('the old code', ({ line }) => line === 'began');
    reconfigure('export const handler = () => "new";');
    await processIsGone((await underWay) as number);
  });

  test('given an idle environment, it is not used again, and one of the new code is warmed up', async () => {
    const { fn, journal, reconfigure, ...parts } = given('export const handler = () => "old";');
    await fn.invoke({});
    reconfigure('console.log("loaded"); export const handler = () => "new";');
    await journal.waitFor('the new code', ({ line }) => line === 'loaded');
    await expect(fn.invoke({})).resolves.toBe('new');
    expect(entriesOf({ journal, ...parts }, 'log')).toHaveLength(1);
  });

  test('given an environment that is still starting, its end is no failure', async () => {
    const { fn, reconfigure, ...parts } = given('export const handler = () => "old";');
    fn.warmUp();
    reconfigure('export const handler = () => "new";');
    await fn.invoke({});
    await settle();
    expect(entriesOf(parts, 'invocation').map(({ outcome }) => outcome)).toEqual(['answered']);
  });

  test('given a kill, environments of the old code die too', async () => {
    const { fn, journal, reconfigure } = given(
      'export const handler = () => { console.log("began"); return new Promise(() => {}); };',
    );
    const underWay = fn.invoke({});
    await journal.waitFor('the old code', ({ line }) => line === 'began');
    reconfigure('export const handler = () => "new";');
    const ended = expect(underWay).rejects.toMatchObject({ errorType: 'Runtime.Stopped' });
    await fn.kill();
    await ended;
  });
});

test('an environment may be something else than a process: it gets what the function is, and its answer is the function’s', async () => {
  const started: EnvironmentProps[] = [];
  const startEnvironment = (props: EnvironmentProps) => {
    started.push(props);
    return {
      isAlive: true,
      ready: async () => {},
      invoke: async (_id: string, event: unknown) => [event],
      stop: async () => {},
    };
  };
  const { fn } = makeFunction('', { startEnvironment, variables: { NAME: 'value' } });
  expect(await fn.invoke('event')).toEqual(['event']);
  expect(started).toHaveLength(1);
  expect(started[0]).toMatchObject({
    start: { functionName: 'service' },
    variables: { NAME: 'value' },
    timeoutMs: 10_000,
  });
});
