import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChangedAssembly, changedAssembly, ofType } from '../support/changed-assembly.ts';
import { type Ended, pipeline as run, startCommand } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { describeReplay, replayIs, startReplay } from '../support/replay.ts';

function argsFor(pipeline: Pipeline, ...args: string[]): string[] {
  return ['replay', ...args, '--port', pipeline.port];
}

function replay(pipeline: Pipeline, ...args: string[]): Promise<Ended> {
  return run(argsFor(pipeline, ...args));
}

/** So many events are in front of a subscriber that a replay to it holds back. */
const WAITING = 1100;

describe('a replay that goes on for a while', () => {
  let assembly: ChangedAssembly;
  let pipeline: Pipeline;

  beforeAll(async () => {
    assembly = await changedAssembly((resources) => {
      ofType(resources, 'AWS::Lambda::EventSourceMapping', 'UriRecorder').Enabled = false;
    });
    pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
    const begun = Date.now();
    for (let sent = 0; sent < WAITING; sent += 10) {
      const entry = {
        EventBusName: pipeline.output('EventBusName'),
        Source: 'bucket-service',
        DetailType: 'BucketCreated',
        Detail: '{}',
        // One a second: how far a replay is, EventBridge tells by the minute.
        Time: new Date(begun - (WAITING - sent) * 1000),
      };
      await pipeline.events.send(new PutEventsCommand({ Entries: Array(10).fill(entry) }));
    }
  });
  afterAll(async () => {
    await pipeline.stop();
    await assembly.remove();
  });

  /** Starts the command and waits until its replay is under way. */
  async function waiting(name: string, ...more: string[]) {
    const chosen = ['--from', '1h', '--to-subscriber', 'uri-recorder', '--name', name, '--wait', '--yes'];
    const command = startCommand(argsFor(pipeline, ...chosen, ...more));
    await replayIs(pipeline, 'RUNNING', name);
    return command;
  }

  test('is not ended by Ctrl-C, which says how to go on; --cancel ends it, once and for all', async () => {
    const command = await waiting('long');
    await command.shows(/events replayed: \d+ of 1,100 \(\d+\/s, \d+ \w+ left\)/);
    await expect(command.stop('SIGINT')).resolves.toBe(130);
    expect(command.shown).toMatch(
      /\nlong: RUNNING, scanned up to \S+Z\. npx pipeline replay --list --port \d+ shows how far it is, and npx pipeline replay --cancel long --port \d+ cancels it\.\n$/,
    );
    await expect(describeReplay(pipeline, 'long')).resolves.toMatchObject({ State: 'RUNNING' });
    for (const _ of ['once', 'twice']) {
      const { exitCode, stdout, stderr } = await replay(pipeline, '--cancel', 'long');
      expect(stdout).toMatch(
        /^long: CANCELLED, scanned up to .* Subscribers still process the events that were already sent\.\n$/,
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    }
    await expect(describeReplay(pipeline, 'long')).resolves.toMatchObject({ State: 'CANCELLED' });
  });

  test('that somebody else cancels is told by the one who waits', async () => {
    const command = await waiting('cancelled');
    const cancelled = await replay(pipeline, '--cancel', 'cancelled', '--json');
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ name: 'cancelled', state: 'CANCELLED' });
    await expect(command.end()).resolves.toBe(1);
    expect(command.shown).toMatch(/\nerror: cancelled: CANCELLED, scanned up to .*\n$/);
  });

  test('is not ended when its command is killed, and another can take over', async () => {
    const command = await waiting('killed');
    await expect(command.stop('SIGKILL')).resolves.toBeNull();
    const listed = await replay(pipeline, '--list');
    expect(listed.stdout).toMatch(/^killed +RUNNING /m);
    await expect(replay(pipeline, '--cancel', 'killed')).resolves.toMatchObject({ exitCode: 0 });
  });

  test('is refused beside ten others, with what to do', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `one-of-ten-${index}`);
    for (const name of names) await startReplay(pipeline, name, { rules: [pipeline.output('UriRecorderRuleArn')] });
    const ended = await replay(pipeline, '--from', '1h', '--to-subscriber', 'uri-recorder', '--yes');
    expect(ended.stderr).toMatch(
      /^error: too many replays are running: AWS allows 10 .* \(replay --list shows them\)$/m,
    );
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
  });
});

describe('a command that is interrupted', () => {
  let pipeline: Pipeline;
  let row: object | undefined;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    await pipeline.register('alice');
    row = await pipeline.recorded('alice');
  });
  afterAll(() => pipeline.stop());

  /**
   * Runs it until it makes a call, and sends it a signal just then: before the call is answered.
   * @param waits whether it ends before it has the answer, so that the answer is held back until then
   */
  async function interruptedAt(operation: string, signal: NodeJS.Signals, waits = false): Promise<number | null> {
    const chosen = ['--from', '1h', '--to-subscriber', 'uri-recorder', '--wait', '--yes'];
    const struck = Promise.withResolvers<void>();
    const signalled = Promise.withResolvers<void>();
    const action = () => {
      struck.resolve();
      return signalled.promise;
    };
    pipeline.engine.faults.inject(operation, { action });
    const command = startCommand(argsFor(pipeline, ...chosen));
    await struck.promise;
    const ended = command.stop(signal);
    if (waits) await ended;
    signalled.resolve();
    return ended;
  }

  test.each([
    { operation: 'events:DescribeRule', exitCode: null },
    { operation: 'events:StartReplay', exitCode: 130 },
    { operation: 'events:DescribeReplay', exitCode: 130 },
    // Its last call: were it answered, the command could be done before it hears of Ctrl-C.
    { operation: 'dynamodb:Scan', exitCode: 130, waits: true },
  ])('by Ctrl-C at $operation loses nothing', async ({ operation, exitCode, waits }) => {
    await expect(interruptedAt(operation, 'SIGINT', waits)).resolves.toBe(exitCode);
  });

  test.each(['events:DescribeRule', 'events:StartReplay', 'events:DescribeReplay', 'dynamodb:Scan'])(
    'by a kill at %s loses nothing',
    async (operation) => {
      await expect(interruptedAt(operation, 'SIGKILL')).resolves.toBeNull();
    },
  );

  test('however often, can be run again, and changes nothing', async () => {
    const again = await replay(pipeline, '--from', '1h', '--to-subscriber', 'uri-recorder', '--wait', '--yes');
    expect(again.stdout).toMatch(/: COMPLETED, 1 event .*\nEvery user has a URI; .*\n$/s);
    expect(again.exitCode).toBe(0);
    await expect(pipeline.row('alice')).resolves.toEqual(row);
  });
});
