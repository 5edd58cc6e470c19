import { afterEach, describe, expect, test } from '@jest/globals';
import { lanesByKey } from '../../packages/local-engine/pipes/pipe-lanes.ts';
import { undisturbedAssembly } from '../support/assembly.ts';
import { changedAssembly, ofType, type Resources } from '../support/changed-assembly.ts';
import { isEvent, isInvocation, Pipeline } from '../support/pipeline.ts';

describe('what the template says is what happens', () => {
  let pipeline: Pipeline;
  let remove: () => Promise<void>;
  afterEach(async () => {
    await pipeline.stop();
    await remove();
  });

  const start = async (edit: (resources: Resources) => unknown) => {
    const changed = await changedAssembly(edit, undisturbedAssembly());
    remove = changed.remove;
    pipeline = await Pipeline.start({ assemblies: [changed.folder] });
  };
  const stream = (resources: Resources) =>
    ofType(resources, 'AWS::Pipes::Pipe').SourceParameters.DynamoDBStreamParameters;
  const pipeLetter = async () => {
    await pipeline.waitFor("the pipe's dead letter", ({ hop }) => hop === 'pipe-dlq');
    const [letter] = await pipeline.messages(pipeline.output('PipeDlqUrl'));
    return JSON.parse(letter?.Body ?? '{}');
  };

  test("the pipe's retries and its dead-letter queue", async () => {
    await start((resources) => Object.assign(stream(resources), { MaximumRetryAttempts: 0 }));
    pipeline.engine.faults.fail('events:PutEvents', 'InternalException', { status: 500 });
    await pipeline.register('test4');
    expect(await pipeLetter()).toMatchObject({ context: { condition: 'RetryAttemptsExhausted' } });
  });

  /** In one lane: two registrations that wait behind a first one, and so make one batch. */
  const registerBatch = async (whileHeldUp: () => unknown) => {
    const gate = Promise.withResolvers<void>();
    pipeline.engine.faults.inject('events:PutEvents', { action: () => gate.promise });
    await pipeline.register('first');
    await pipeline.register('second');
    await pipeline.register('third');
    whileHeldUp();
    gate.resolve();
  };

  test("the pipe's halving of a batch that fails", async () => {
    await start((resources) => Object.assign(stream(resources), { MaximumRetryAttempts: 0, ParallelizationFactor: 1 }));
    await registerBatch(() => pipeline.engine.faults.fail('events:PutEvents', 'InternalException', { status: 500 }));
    for (const user of ['first', 'second', 'third']) await pipeline.recorded(user);
    expect(pipeline.entries(({ hop }) => hop === 'pipe-dlq')).toEqual([]);
  });

  test("the pipe's lanes: a registration that is held up delays those of its own lane, and no other", async () => {
    await start(() => {});
    const laneOf = (id: string) => lanesByKey('userId')({ userId: { S: id } }, 10);
    const ids = Array.from({ length: 40 }, (_, n) => `user-${n}`);
    const [first = '', ...rest] = ids;
    const behind = rest.filter((id) => laneOf(id) === laneOf(first));
    const others = rest.filter((id) => laneOf(id) !== laneOf(first));
    expect(behind.length).toBeGreaterThan(0);
    const gate = Promise.withResolvers<void>();
    pipeline.engine.faults.inject('events:PutEvents', { action: () => gate.promise });
    for (const id of ids) await pipeline.register(id);
    for (const id of others) await pipeline.recorded(id);
    const delivered = pipeline.entries(({ hop, outcome }) => hop === 'pipe-delivery' && outcome === 'delivered');
    expect(delivered).toHaveLength(others.length);
    expect(delivered.map(({ lane }) => lane)).not.toContain(laneOf(first));
    gate.resolve();
    for (const id of [first, ...behind]) await pipeline.recorded(id);
  });

  test("the pipe's maximum age of a record", async () => {
    await start((resources) =>
      Object.assign(stream(resources), { MaximumRecordAgeInSeconds: 60, ParallelizationFactor: 1 }),
    );
    await registerBatch(() => pipeline.clock.skip(120_000));
    expect(await pipeLetter()).toMatchObject({ context: { condition: 'RecordAgeExpired' } });
  });

  test('a pipe that is stopped', async () => {
    await start((resources) => Object.assign(ofType(resources, 'AWS::Pipes::Pipe'), { DesiredState: 'STOPPED' }));
    await pipeline.register('test4');
    await pipeline.put('someone', 'Something', {});
    await pipeline.waitFor('the other event', (entry) => isEvent(entry, 'Something'));
    expect(pipeline.entries((entry) => isEvent(entry, 'UserRegistered'))).toEqual([]);
  });

  test("a rule's retries", async () => {
    await start((resources) => {
      ofType(resources, 'AWS::Events::Rule', 'BucketService').Targets[0].RetryPolicy.MaximumRetryAttempts = 0;
    });
    pipeline.engine.faults.fail('sqs:SendMessage', 'ThrottlingException');
    await pipeline.register('test4');
    await pipeline.waitFor('the burial', ({ hop }) => hop === 'rule-dlq');
    const [letter] = await pipeline.messages(pipeline.output('BucketServiceDlqUrl'));
    expect(letter?.MessageAttributes?.EXHAUSTED_RETRY_CONDITION?.StringValue).toBe('MaximumRetryAttempts');
  });

  test("a function's timeout", async () => {
    await start((resources) =>
      Object.assign(ofType(resources, 'AWS::Lambda::Function', 'BucketService'), { Timeout: 30 }),
    );
    pipeline.engine.faults.inject('s3:CreateBucket', { action: () => new Promise(() => {}), times: 9 });
    await pipeline.register('test4');
    await pipeline.waitFor(
      'the call that hangs',
      ({ hop, operation }) => hop === 'fault' && operation === 's3:CreateBucket',
    );
    const failures = () =>
      pipeline.entries((entry) => isInvocation(entry, 'BucketService') && entry.outcome === 'failed');
    pipeline.clock.skip(25_000);
    await pipeline.row('test4');
    expect(failures()).toEqual([]);
    pipeline.clock.skip(10_000);
    await pipeline.waitFor('the timeout', ({ errorType }) => errorType === 'Sandbox.Timedout');
    expect(failures()).toHaveLength(1);
  });

  test('a mapping that takes no item failures', async () => {
    await start((resources) => {
      ofType(resources, 'AWS::Lambda::EventSourceMapping', 'BucketService').FunctionResponseTypes = [];
    });
    await pipeline.put('users-table', 'UserRegistered', { metadata: {}, data: {} });
    await pipeline.invocations('BucketService', 1);
    await pipeline.put('users-table', 'UserRegistered', { metadata: {}, data: {} });
    await pipeline.invocations('BucketService', 2);
    expect(pipeline.entries(({ outcome }) => outcome === 'items-failed')).toEqual([]);
  });

  test("an archive's pattern", async () => {
    await start((resources) => {
      ofType(resources, 'AWS::Events::Archive').EventPattern = { source: ['bucket-service'] };
    });
    await pipeline.register('test4');
    await pipeline.recorded('test4');
    expect(pipeline.entries(({ hop }) => hop === 'archived')).toHaveLength(1);
  });

  test("a function's memory, and the metrics that it counts", async () => {
    await start((resources) =>
      Object.assign(ofType(resources, 'AWS::Lambda::Function', 'BucketService'), { MemorySize: 321 }),
    );
    await pipeline.register('test4');
    await pipeline.recorded('test4');
    const isLine = (text: string) => (entry: { hop: string; line?: unknown }) =>
      entry.hop === 'log' && String(entry.line).includes(text);
    await pipeline.waitFor('the log line', isLine('"function_memory_size":"321"'));
    await pipeline.waitFor('the metric', isLine('"BucketsCreated":1'));
  });
});
