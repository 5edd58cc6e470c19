import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonLines, pipeline as run } from '../support/cli.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
let folder: string;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  folder = await mkdtemp(join(tmpdir(), 'events-'));
});
afterAll(() => pipeline.stop());

const events = (...args: string[]) => run(['events', ...args, '--port', pipeline.port]);

async function file(event: object): Promise<string> {
  const path = join(folder, 'event.json');
  await writeFile(path, JSON.stringify(event));
  return path;
}

const published = () => pipeline.entries((entry) => isEvent(entry, 'UserRegistered'));

describe('pipeline events test', () => {
  test('says for every rule whether it would match a sample, and publishes nothing', async () => {
    const { stdout, exitCode } = await events('test', '--sample', 'UserRegistered');
    expect(stdout).toBe(
      'UserRegistered from users-table: fits user-registered.v1\n' +
        'bucket-service  gets it\n' +
        'uri-recorder    does not match: source does not accept "users-table"; the rule asks that it is bucket-service; ' +
        'detail-type does not accept "UserRegistered"; the rule asks that it is BucketCreated\n',
    );
    expect(exitCode).toBe(0);
    expect(published()).toEqual([]);
  });

  test('given an event that breaks its contract, names the field', async () => {
    const path = await file({ 'detail-type': 'UserRegistered', detail: { metadata: {}, data: { userId: 7 } } });
    const { stdout, stderr, exitCode } = await events('test', path, '--json');
    expect(jsonLines({ stdout })).toEqual([
      expect.objectContaining({
        contract: 'user-registered.v1',
        violations: expect.arrayContaining([{ field: 'detail.data.userId', problem: 'must be string' }]),
        rules: expect.arrayContaining([
          expect.objectContaining({ who: 'bucket-service', matched: true, enabled: true }),
        ]),
      }),
    ]);
    expect(stderr).toMatch(/^error: the event is not valid: detail\.metadata\.schemaVersion is missing; .*\n$/);
    expect(exitCode).toBe(1);
  });

  test('given a disabled rule, says that nobody gets it', async () => {
    const [, EventBusName, Name] = pipeline.output('BucketServiceRuleArn').split('/');
    await pipeline.events.send(new DisableRuleCommand({ Name, EventBusName }));
    const ended = await events('test', '--sample', 'UserRegistered');
    await pipeline.events.send(new EnableRuleCommand({ Name, EventBusName }));
    expect(ended.stdout).toContain('bucket-service  its rule matches, but is disabled: it gets nothing\n');
    expect(ended).toMatchObject({
      stderr: 'error: no rule would match this UserRegistered: no subscriber gets it\n',
      exitCode: 1,
    });
  });

  test.each<[string, string[], RegExp]>([
    ['neither file nor sample', [], /^error: give a file with the event/],
    ['both', ['a.json', '--sample', 'b'], /^error: give a file or --sample, not both/],
    ['a file that is not there', ['/nowhere/a.json'], /^error: \/nowhere\/a\.json cannot be read/],
    ['an unknown sample', ['--sample', 'x'], /^error: there is no sample x; there are bucket-created\.v1, /],
  ])('given %s, is refused in one line', async (_, args, message) => {
    const ended = await events('test', ...args);
    expect(ended.stderr).toMatch(message);
    expect(ended).toMatchObject({ stdout: '', exitCode: 2 });
  });
});

test('an option before the name of a subcommand would have no effect, and is refused', async () => {
  const ended = await run(['events', '--port', pipeline.port, 'test', '--sample', 'UserRegistered']);
  expect(ended).toEqual({ stdout: '', stderr: 'error: write --port behind test: events test --port\n', exitCode: 2 });
});

describe('pipeline events put', () => {
  const registration = {
    'detail-type': 'UserRegistered',
    detail: { data: { userId: 'alice', registeredAt: 1714458435 } },
  };

  test('with --dry-run shows the event and its rules, and publishes nothing', async () => {
    const { stdout, exitCode } = await events('put', await file(registration), '--dry-run');
    expect(stdout).toMatch(/"userId": "alice"[\s\S]*\nbucket-service {2}gets it\n/);
    expect(exitCode).toBe(0);
    expect(published()).toEqual([]);
  });

  test('asks before it publishes', async () => {
    const args = ['events', 'put', await file(registration), '--port', pipeline.port];
    const ended = await run(args, {}, 'n\n');
    expect(ended.stderr).toMatch(/Publish this UserRegistered on the bus of \S+\? \[y\/N\] nothing was published\n$/);
    expect(published()).toEqual([]);
  });

  test('never publishes what breaks its contract', async () => {
    const ended = await events('put', await file({ ...registration, detail: {} }), '--yes');
    expect(ended).toMatchObject({ stdout: '', exitCode: 1 });
    expect(ended.stderr).toMatch(/error: the event is not valid: detail\.data is missing\n$/);
    expect(published()).toEqual([]);
  });

  test('publishes a new event, and a copy of an event that names it as its cause', async () => {
    await pipeline.register('alice');
    await pipeline.recorded('alice');
    const [original] = published();
    const ended = await events(
      'put',
      await file({ 'detail-type': 'UserRegistered', detail: original?.detail }),
      '--yes',
      '--json',
    );
    const { eventId } = (original as unknown as { detail: { metadata: { eventId: string } } }).detail.metadata;
    const [copy] = jsonLines(ended);
    expect(copy).toMatchObject({ copyOf: eventId, correlationId: eventId, userId: 'alice', type: 'UserRegistered' });
    expect(published().at(-1)).toMatchObject({
      eventId: copy?.id,
      detail: { metadata: { eventId: copy?.eventId, correlationId: eventId, causationId: eventId } },
    });
    // Its bucket is there already, and it is published again.
    await pipeline.waitFor('the second bucket event', (entry) => isEvent(entry, 'BucketCreated'), 2);
    const { stdout } = await events('put', '--sample', 'UserRegistered', '--yes');
    expect(stdout).toMatch(
      /^published UserRegistered with the event id [0-9a-f]{32}\. Follow it: npx pipeline trace u42 --port \d+\n$/,
    );
  });
});
