import { DeleteRuleCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jsonLines, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

const contracts = (...args: string[]) => run(['contracts', ...args, '--port', pipeline.port]);

test('lists every version with who publishes and takes it, also rules that only take some of its events', async () => {
  const EventBusName = pipeline.output('EventBusName');
  const pattern = { 'detail-type': ['UserRegistered'], detail: { data: { userId: [{ prefix: 'vip-' }] } } };
  const rule = { Name: 'of-another-team', EventBusName, State: 'DISABLED' as const };
  await pipeline.events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify(pattern) }));
  const { stdout, exitCode } = await contracts('list');
  await pipeline.events.send(new DeleteRuleCommand({ Name: rule.Name, EventBusName }));
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  expect(lines).toEqual([
    ['VERSION', 'STATE', 'PUBLISHED BY', 'TAKEN BY'],
    ['bucket-created.v1', 'compatible changes since its release', 'bucket-service', 'uri-recorder'],
    // The stage does nothing when users leave, so that no pipe publishes it.
    ['user-deleted.v1', 'not released, may still change', 'users-table, not in this stack', 'none'],
    [
      'user-registered.v1',
      'compatible changes since its release',
      `the pipe ${pipeline.output('PipeName')}`,
      'bucket-service, of-another-team (only where userId begins with vip-; disabled)',
    ],
  ]);
  expect(exitCode).toBe(0);
});

test('shows the newest version of an event, with its fields and samples', async () => {
  const { stdout } = await contracts('show', 'UserRegistered');
  expect(stdout).toMatch(/^UserRegistered \(user-registered\.v1\): A user signed up: /);
  expect(stdout).toMatch(/^data\.userId +string +yes +1 to 2048 characters$/m);
  const [json] = jsonLines(await contracts('show', 'user-registered.v1', '--json'));
  expect(json).toMatchObject({ type: 'UserRegistered', subscribers: [{ who: 'bucket-service', enabled: true }] });
});

test('compares two versions, and fails where readers of one would not understand the other', async () => {
  const { stdout, exitCode } = await run(['contracts', 'compare', 'user-registered.v1@released', 'user-registered.v1']);
  expect(stdout).toMatch(/^metadata\.replayName +added +string, at least 1 character, optional$/m);
  expect(exitCode).toBe(0);
  const back = await run(['contracts', 'compare', 'user-registered.v1', 'user-registered.v1@released']);
  expect(back.stdout).toMatch(/^metadata\.replayName +removed +BREAKING: was removed: /m);
  expect(back).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^error: user-registered\.v1@released breaks /),
  });
});

test.each([
  [['show', 'Nothing'], /^error: there is no contract Nothing; there are bucket-created\.v1, /],
  [['compare', 'a', 'b'], /^error: there is no version a; /],
])('%j is refused in one line', async (args, message) => {
  const ended = await run(['contracts', ...args, ...(args[0] === 'show' ? ['--port', pipeline.port] : [])]);
  expect(ended).toMatchObject({ stdout: '', exitCode: 2, stderr: expect.stringMatching(message) });
});
