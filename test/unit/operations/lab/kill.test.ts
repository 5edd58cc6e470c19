import { expect, test } from '@jest/globals';
import {
  killFunction,
  killInNextInvocation,
  onEngine,
  previewKill,
  streamOnEngine,
} from '../../../../operations/lab/index.ts';
import { UsageError } from '../../../../operations/messages/errors.ts';
import { FAULT, fakeEngine, ON_AWS } from './fake-engine.ts';

const RUNNING = {
  functions: [
    { name: 'app-bucket-function', running: 5 },
    { name: 'app-uri-function', running: 2 },
  ],
  faults: [],
};

test('given a function with invocations, a preview counts its own, and kills nothing', async () => {
  await using engine = await fakeEngine(() => RUNNING);
  expect(await previewKill(engine.on, 'uri-recorder')).toEqual({ subscriber: 'uri-recorder', invocations: 2 });
  expect(engine.requests).toEqual([{ method: 'GET', path: '' }]);
});

test('given a function that the engine does not know, a preview counts none', async () => {
  await using engine = await fakeEngine();
  expect(await previewKill(engine.on, 'uri-recorder')).toEqual({ subscriber: 'uri-recorder', invocations: 0 });
});

test('a kill ends the invocations of the subscriber, and says how many', async () => {
  await using engine = await fakeEngine(() => ({ invocations: ['a', 'b', 'c'] }));
  expect(await killFunction(engine.on, 'uri-recorder')).toEqual({ subscriber: 'uri-recorder', invocations: 3 });
  expect(engine.requests).toEqual([{ method: 'POST', path: '/functions/app-uri-function/kill', body: {} }]);
});

test('an unknown subscriber is refused, with those that there are', async () => {
  await using engine = await fakeEngine();
  const known = 'no subscriber is named x; there are bucket-service, uri-recorder';
  await expect(previewKill(engine.on, 'x')).rejects.toThrow(known);
  await expect(killFunction(engine.on, 'x')).rejects.toThrow(known);
  expect(engine.requests).toEqual([]);
});

test.each<[Parameters<typeof killInNextInvocation>[2], object]>([
  [undefined, { operation: '*', when: 'after' }],
  [{}, { operation: '*', when: 'after' }],
  [
    { at: 's3:CreateBucket', when: 'before' },
    { operation: 's3:CreateBucket', when: 'before' },
  ],
])('a kill in the next invocation, given %j, is the fault %j', async (options, fault) => {
  await using engine = await fakeEngine(() => ({ ...FAULT, effect: 'kill', functionName: 'app-uri-function' }));
  const armed = await killInNextInvocation(engine.on, 'uri-recorder', options);
  expect(armed.text).toBe('s3:CreateBucket: the next call of uri-recorder kills its function');
  expect(engine.requests).toEqual([
    { method: 'POST', path: '/faults', body: { ...fault, effect: 'kill', functionName: 'app-uri-function' } },
  ]);
});

test('on AWS an operation of the lab is refused before it runs', async () => {
  const ran: string[] = [];
  const run = async () => void ran.push('once');
  await expect(onEngine({ stack: 'app' }, run)).rejects.toThrow(UsageError);
  const follow = async function* () {
    ran.push('stream');
    yield 1;
  };
  await expect(streamOnEngine({ stack: 'app' }, follow).next()).rejects.toThrow(
    /^the lab breaks things on purpose, .* and app is on AWS/,
  );
  expect(ran).toEqual([]);
  expect(ON_AWS.target).toEqual({ stackName: 'app' });
});
