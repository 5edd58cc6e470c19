import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { removeLeftovers } from '../../operations/events/temporary-queue.ts';
import { eventsArgs, leftBehind, NOTHING } from '../pipeline/temporary-queues.ts';
import { compileCache } from '../support/assembly.ts';
import { CLI, pipeline as run, startCommand } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { RunningCommand } from '../support/running-command.ts';

const HOUR_MS = 3_600_000;

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  await pipeline.register('alice');
  await pipeline.recorded('alice');
});
afterAll(() => pipeline.stop());

/** Runs it until it makes a call, and sends it a signal just then. */
async function interruptedAt(operation: string, signal: NodeJS.Signals): Promise<number | null> {
  const { promise: struck, resolve } = Promise.withResolvers<void>();
  pipeline.engine.faults.inject(operation, { action: resolve });
  const command = startCommand(eventsArgs(pipeline, '--from', '1h', '--follow'));
  await struck;
  return command.stop(signal);
}

const CALLS = ['sqs:CreateQueue', 'events:PutRule', 'events:PutTargets', 'events:StartReplay', 'sqs:ReceiveMessage'];

describe('Ctrl-C', () => {
  test.each(CALLS)('at %s leaves nothing behind', async (operation) => {
    await expect(interruptedAt(operation, 'SIGINT')).resolves.toBe(130);
    await expect(leftBehind(pipeline)).resolves.toEqual(NOTHING);
  });
});

describe('a kill at any call', () => {
  beforeAll(async () => {
    for (const operation of CALLS) await expect(interruptedAt(operation, 'SIGKILL')).resolves.toBeNull();
  });

  test('is no matter to subscribers, nor to the next run, which leaves alone what was in use a moment ago', async () => {
    const { rules, queues } = await leftBehind(pipeline);
    expect(queues.length).toBeGreaterThanOrEqual(CALLS.length);
    const again = await run(eventsArgs(pipeline, '--user', 'alice', '--type', 'BucketCreated'));
    expect(again).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\S+ {2}BucketCreated {3}alice .*\n$/),
    });
    await expect(leftBehind(pipeline)).resolves.toMatchObject({ rules, queues });
    const looked = pipeline.entries(({ hop, replay }) => hop === 'rule' && replay !== undefined);
    for (const { rule } of looked) expect(rule).toMatch(/^pipeline-events-/);
  });

  test('is made good by a run that comes an hour later', async () => {
    const clients = new AwsClients({ endpoint: pipeline.engine.endpoint, region: pipeline.engine.account.region });
    const bus = { busName: pipeline.output('EventBusName'), busArn: pipeline.output('EventBusArn') };
    await removeLeftovers(clients, bus, Date.now() + HOUR_MS + 1000);
    clients.destroy();
    await expect(leftBehind(pipeline)).resolves.toEqual(NOTHING);
  });
});

describe('a command that cannot go on', () => {
  test('since nobody reads what it shows, ends and leaves nothing behind', async () => {
    const command = [process.execPath, CLI, ...eventsArgs(pipeline, '--follow')].join(' ');
    const env = { PATH: process.env.PATH, ...compileCache() };
    const shell = new RunningCommand('sh', ['-c', `${command} | head -n 1`], { cwd: process.cwd(), env });
    await shell.shows(/Following events/);
    await pipeline.register('bob');
    await shell.shows(/UserRegistered {2}bob/);
    await pipeline.recorded('bob');
    await expect(shell.end()).resolves.toBe(0);
    await expect(leftBehind(pipeline)).resolves.toEqual(NOTHING);
  });

  test.each([
    ['sqs:CreateQueue', 'AccessDenied', ['--follow']],
    ['events:PutTargets', 'AccessDeniedException', ['--follow']],
    ['events:StartReplay', 'AccessDeniedException', ['--from', '1h']],
    ['events:DescribeReplay', 'AccessDeniedException', ['--from', '1h']],
    ['events:DescribeArchive', 'AccessDeniedException', ['--from', '1h', '--follow']],
  ])('since it may not call %s, says so in one line and leaves nothing behind', async (operation, code, args) => {
    const message = `User: you is not authorized to perform: ${operation}`;
    pipeline.engine.faults.fail(operation, 'AccessDeniedException', { status: 403, message });
    const ended = await run(eventsArgs(pipeline, ...args));
    expect(ended.stderr).toMatch(new RegExp(`^error: ${code}: ${message}; grant the permission to .*\n$`));
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
    await expect(leftBehind(pipeline)).resolves.toEqual(NOTHING);
  });

  test('and cannot put away either, says what is left, and the next run removes it in time', async () => {
    pipeline.engine.faults.fail('sqs:DeleteQueue', 'AccessDeniedException', { status: 403, message: 'no' });
    const ended = await run(eventsArgs(pipeline, '--user', 'alice', '--type', 'UserRegistered'));
    expect(ended.stdout).toContain('UserRegistered  alice');
    expect(ended.stderr).toMatch(
      /^pipeline-events-\S+ could not be removed; another run removes it after an hour: AccessDenied: no; /,
    );
    expect(ended.exitCode).toBe(1);
    expect((await leftBehind(pipeline)).queues).toHaveLength(1);
  });
});
