import { describe, expect, test } from '@jest/globals';
import {
  describeFault,
  type FaultOptions,
  faultCommand,
  injectFault,
  listFaults,
  previewFault,
  removeFaults,
} from '../../../../operations/lab/index.ts';
import { UsageError } from '../../../../operations/messages/errors.ts';
import { FAULT, fakeEngine } from './fake-engine.ts';

const CREATE = 's3:CreateBucket';

test.each<[FaultOptions, string, string]>([
  [
    { operation: CREATE, code: 'SlowDown' },
    's3:CreateBucket: the next call fails with SlowDown',
    'lab fault s3:CreateBucket --code SlowDown',
  ],
  [
    { operation: CREATE, code: 'Slow Down', times: 2 },
    's3:CreateBucket: the next 2 calls fail with Slow Down',
    "lab fault s3:CreateBucket --code 'Slow Down' --times 2",
  ],
  [
    { operation: '*', effect: 'error', code: 'X', times: 'always', when: 'after', subscriber: 'uri-recorder' },
    'any operation: every call of uri-recorder fails with X, after it took effect',
    "lab fault '*' --code X --after --times always --subscriber uri-recorder",
  ],
  [
    { operation: CREATE, code: 'X', nth: 3 },
    's3:CreateBucket: the 3rd call from now fails with X',
    'lab fault s3:CreateBucket --code X --nth 3',
  ],
  [
    { operation: CREATE, code: 'X', nth: 12, times: 1500 },
    's3:CreateBucket: 1,500 calls from the 12th on fail with X',
    'lab fault s3:CreateBucket --code X --nth 12 --times 1500',
  ],
  [
    { operation: CREATE, code: 'X', nth: 2, times: 'always' },
    's3:CreateBucket: every call from the 2nd on fails with X',
    'lab fault s3:CreateBucket --code X --nth 2 --times always',
  ],
  [
    { operation: CREATE, effect: 'lost-answer' },
    's3:CreateBucket: the next call takes effect, but fails for its caller',
    'lab fault s3:CreateBucket --lost-answer',
  ],
  [
    { operation: CREATE, effect: 'lost-answer', when: 'after', code: 'X', times: 2 },
    's3:CreateBucket: the next 2 calls take effect, but fail for their callers',
    'lab fault s3:CreateBucket --lost-answer --times 2',
  ],
  [
    { operation: CREATE, effect: 'delay', delayMs: 2000 },
    's3:CreateBucket: the next call is delayed by 2,000 ms',
    'lab fault s3:CreateBucket --delay 2000',
  ],
  [
    { operation: CREATE, effect: 'delay', delayMs: 1, when: 'after', times: 3 },
    's3:CreateBucket: the next 3 calls are delayed by 1 ms, after it took effect',
    'lab fault s3:CreateBucket --delay 1 --after --times 3',
  ],
  [
    { operation: '*', effect: 'kill', subscriber: 'uri-recorder' },
    'any operation: the next call of uri-recorder kills its function',
    "lab fault '*' --kill --subscriber uri-recorder",
  ],
  [
    { operation: CREATE, effect: 'kill', subscriber: 'uri-recorder', when: 'after', times: 2 },
    's3:CreateBucket: the next 2 calls of uri-recorder kill its function, after it took effect',
    'lab fault s3:CreateBucket --kill --after --times 2 --subscriber uri-recorder',
  ],
  [
    { operation: 'deliver:stream-record' },
    'the next stream record: the pipe gets it twice',
    'lab fault deliver:stream-record',
  ],
  [
    { operation: 'deliver:queue-message', times: 'always' },
    'every message: a function gets it twice',
    'lab fault deliver:queue-message --times always',
  ],
  [
    { operation: 'sqs:DeleteMessage', effect: 'delay', delayMs: 2000 },
    "sqs:DeleteMessage: the next call is delayed by 2,000 ms; one by Lambda's poller does not count",
    'lab fault sqs:DeleteMessage --delay 2000',
  ],
  [
    { operation: 'sqs:ReceiveMessage', effect: 'kill', subscriber: 'uri-recorder' },
    "sqs:ReceiveMessage: the next call of uri-recorder kills its function; one by Lambda's poller does not count",
    'lab fault sqs:ReceiveMessage --kill --subscriber uri-recorder',
  ],
  [
    { operation: 'dynamodb:GetRecords', effect: 'delay', delayMs: 1 },
    'dynamodb:GetRecords: the next call is delayed by 1 ms; one by the pipe does not count',
    'lab fault dynamodb:GetRecords --delay 1',
  ],
  [
    { operation: 'dynamodb:GetShardIterator', effect: 'delay', delayMs: 1 },
    'dynamodb:GetShardIterator: the next call is delayed by 1 ms; one by the pipe does not count',
    'lab fault dynamodb:GetShardIterator --delay 1',
  ],
  [
    { operation: 'sqs:ReceiveMessage', effect: 'error', code: 'ServiceUnavailable' },
    'sqs:ReceiveMessage: the next call fails with ServiceUnavailable',
    'lab fault sqs:ReceiveMessage --code ServiceUnavailable',
  ],
  [
    { operation: 'sqs:ReceiveMessage', effect: 'lost-answer' },
    'sqs:ReceiveMessage: the next call takes effect, but fails for its caller',
    'lab fault sqs:ReceiveMessage --lost-answer',
  ],
])('%j is described, and has a command', (fault, text, command) => {
  expect(previewFault(fault)).toBe(text);
  expect(faultCommand(fault)).toBe(command);
});

test.each([
  [1, '2nd'],
  [2, '3rd'],
  [3, '4th'],
  [9, '10th'],
  [10, '11th'],
  [11, '12th'],
  [12, '13th'],
  [13, '14th'],
  [20, '21st'],
  [21, '22nd'],
  [109, '110th'],
  [110, '111th'],
  [112, '113th'],
  [113, '114th'],
  [120, '121st'],
  [1021, '1,022nd'],
])('given %i calls before the one that it strikes, that is the %s', (callsBefore, nth) => {
  const fault = { id: 1, operation: CREATE, effect: 'error', code: 'X', when: 'before', nth: 1, times: 1 } as const;
  expect(describeFault({ ...fault, callsBefore, strikesLeft: 1 })).toBe(
    `s3:CreateBucket: the ${nth} call from now fails with X`,
  );
});

test('a fault without an error code has a command without one', () => {
  expect(faultCommand({ operation: CREATE })).toBe('lab fault s3:CreateBucket');
});

test('a delay without its length is none', () => {
  expect(previewFault({ operation: CREATE, effect: 'delay' })).toBe(
    's3:CreateBucket: the next call is delayed by 0 ms',
  );
});

describe('a fault that is set', () => {
  test('names the function of its subscriber to the engine, and the subscriber to its reader', async () => {
    await using engine = await fakeEngine(() => ({ ...FAULT, functionName: 'app-uri-function' }));
    const options = { operation: CREATE, code: 'SlowDown', nth: 1, subscriber: 'uri-recorder' };
    expect(await injectFault(engine.on, options)).toStrictEqual({
      ...FAULT,
      subscriber: 'uri-recorder',
      text: 's3:CreateBucket: the next call of uri-recorder fails with SlowDown',
    });
    expect(engine.requests).toEqual([
      {
        method: 'POST',
        path: '/faults',
        body: { operation: CREATE, code: 'SlowDown', nth: 1, effect: 'error', functionName: 'app-uri-function' },
      },
    ]);
  });

  test('is of any caller where no subscriber is named', async () => {
    await using engine = await fakeEngine(() => FAULT);
    const armed = await injectFault(engine.on, { operation: 'deliver:stream-record' });
    expect(armed).toStrictEqual({ ...FAULT, text: 's3:CreateBucket: the next call fails with SlowDown' });
    expect(engine.requests[0]?.body).toEqual({ operation: 'deliver:stream-record', effect: 'duplicate' });
  });

  test.each<[FaultOptions, RegExp]>([
    [{ operation: CREATE }, /^say what the fault does: .*--code.*--lost-answer.*--delay.*--kill/],
    [
      { operation: CREATE, effect: 'kill' },
      /^a kill needs the subscriber whose function dies; there are bucket-service, uri-recorder$/,
    ],
    [
      { operation: CREATE, code: 'X', subscriber: 'nobody' },
      /^no subscriber is named nobody; there are bucket-service, uri-recorder$/,
    ],
  ])('as %j is refused, and the engine is asked nothing', async (fault, problem) => {
    await using engine = await fakeEngine();
    const refused = injectFault(engine.on, fault);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(problem);
    expect(engine.requests).toEqual([]);
  });

  test('needs no error code for another effect', async () => {
    await using engine = await fakeEngine(() => FAULT);
    await injectFault(engine.on, { operation: CREATE, effect: 'lost-answer' });
    await injectFault(engine.on, { operation: CREATE, effect: 'kill', subscriber: 'bucket-service' });
    expect(engine.requests).toHaveLength(2);
  });
});

test('faults are listed as the engine has them, each with its text', async () => {
  await using engine = await fakeEngine(() => ({
    functions: [],
    faults: [FAULT, { ...FAULT, id: 2, functionName: 'of-another-stack' }],
  }));
  expect((await listFaults(engine.on)).map(({ id, subscriber, text }) => [id, subscriber, text])).toEqual([
    [1, undefined, 's3:CreateBucket: the next call fails with SlowDown'],
    [2, 'of-another-stack', 's3:CreateBucket: the next call of of-another-stack fails with SlowDown'],
  ]);
  expect(engine.requests).toEqual([{ method: 'GET', path: '' }]);
});

test.each<[number | 'all', string]>([
  ['all', '/faults'],
  [7, '/faults/7'],
])('to remove %s is to delete %s', async (which, path) => {
  await using engine = await fakeEngine(() => ({ removed: [FAULT] }));
  expect(await removeFaults(engine.on, which)).toEqual([
    { ...FAULT, text: 's3:CreateBucket: the next call fails with SlowDown' },
  ]);
  expect(engine.requests).toEqual([{ method: 'DELETE', path }]);
});
