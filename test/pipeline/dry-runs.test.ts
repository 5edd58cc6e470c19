import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Ended, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { BrokenUsers, operate, operatedBy, operatorEnvironment } from './broken-users.ts';
import { envelope, failHandling, send } from './dead-letters.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  const users = new BrokenUsers(pipeline);
  await users.register('bob');
  await users.loseUri('bob');
  await failHandling(pipeline, 'alice');
  await send(pipeline, pipeline.output('UriRecorderDlqUrl'), envelope('carol'));
  await send(pipeline, pipeline.output('UriRecorderDlqUrl'), 'foreign');
});
afterAll(() => pipeline.stop());

/** Calls that change nothing. A message that is looked at is received, and given back. */
const READS =
  /:(Get|List|Describe|Head|Scan$|BatchGet|Query$|FilterLogEvents$|ReceiveMessage$|ChangeMessageVisibility)/;

/** What an operator's calls have changed since the beginning. */
function changes(): string[] {
  return operatedBy(pipeline).filter((operation) => !READS.test(operation));
}

/** Runs a command in a terminal of which the answer to every question is no. */
function refused(...args: string[]): Promise<Ended> {
  return run([...args, '--stack', 'user-bucket-pipeline-dev'], operatorEnvironment(pipeline), 'n\n');
}

const replay = ['replay', '--from', '1h', '--all-subscribers'];
const reconcile = ['reconcile', '--grace', '0'];

describe('a command changes nothing', () => {
  test.each([
    [['dlq', 'purge', '--dry-run', '--yes'], /handler failure/],
    [['dlq', 'purge', '--dry-run', '--yes', '--foreign', '--json'], /"foreign":1/],
    [['dlq', 'redrive', '--dry-run', '--yes'], /handler failure/],
    [['dlq', 'redrive', '--dry-run', '--yes', '--json'], /"handler":1/],
    [[...replay, '--dry-run', '--yes'], /^Replay of /],
    [[...reconcile, '--dry-run', '--yes'], /1 user without URI|2 users without URI/],
    [[...reconcile, '--yes'], /Fix them with/],
  ])('in a dry run, whatever else is asked for: %j', async (args, shown) => {
    const ended = await operate(pipeline, ...args);
    expect(ended.stdout).toMatch(shown);
    expect(changes()).toEqual([]);
  });

  test.each([
    [['dlq', 'purge', '--foreign'], 'nothing was deleted'],
    [['dlq', 'redrive'], 'nothing was redriven'],
    [replay, 'nothing was replayed'],
    [[...reconcile, '--fix'], 'nothing was fixed'],
  ])('where its question is answered with no: %j', async (args, told) => {
    const ended = await refused(...args);
    expect(ended.stderr).toContain('[y/N]');
    expect(ended.stderr).toContain(`${told}\n`);
    expect(changes()).toEqual([]);
  });

  test.each([['dlq', 'purge'], ['dlq', 'redrive'], replay, [...reconcile, '--fix']].map((args) => [args]))(
    'without a terminal: %j',
    async (args) => {
      const ended = await operate(pipeline, ...args);
      expect(ended.exitCode).toBe(2);
      expect(ended.stderr).toContain('there is no terminal to ask for confirmation');
      expect(changes()).toEqual([]);
    },
  );

  test('and all is there afterwards: what is agreed to deletes it', async () => {
    const purged = await operate(pipeline, 'dlq', 'purge', '--yes', '--foreign');
    expect(purged.stdout).toMatch(/bucket-service +1 handler failure deleted/);
    expect(purged.stdout).toMatch(/uri-recorder +1 handler failure, 1 foreign message \(not JSON\) deleted/);
    expect(changes()).toEqual(['sqs:DeleteMessage']);
  });
});
