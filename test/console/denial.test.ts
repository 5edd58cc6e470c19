import { afterAll, expect, test } from '@jest/globals';
import { undisturbedAssembly } from '../support/assembly.ts';
import { type ChangedAssembly, changedAssembly } from '../support/changed-assembly.ts';
import { pipeline as command } from '../support/cli.ts';
import { axeFindings, useConsole } from '../support/console-page.ts';
import { Pipeline } from '../support/pipeline.ts';
import { withoutAction } from '../support/statements.ts';

let assembly: ChangedAssembly;
const run = useConsole(async () => {
  assembly = await changedAssembly(
    (resources) => withoutAction(resources, 'UriRecorderRole', 'dynamodb:UpdateItem'),
    undisturbedAssembly(),
  );
  return Pipeline.start({ assemblies: [assembly.folder] });
});
afterAll(() => assembly.remove());

test('given a permission that was removed, the step that needs it names the action, the resource, and the statement that would allow it', async () => {
  await run.pipeline.register('denied');
  await run.pipeline.failures('UriRecorder', 1);
  const page = await run.open('/user?id=denied');
  await page.locator('.step > button').filter({ hasText: 'uri-recorder' }).filter({ hasText: '1 ✕ failed' }).click();
  const table = `arn:aws:dynamodb:ap-northeast-1:123456789012:table/${run.pipeline.table}`;
  const denied = page
    .locator('.hops .failed')
    .filter({ hasText: 'calls dynamodb:UpdateItem: 400 AccessDeniedException' });
  await denied
    .filter({ hasText: /no statement allows role \S*UriRecorderRole\S* dynamodb:UpdateItem on / })
    .filter({ hasText: `dynamodb:UpdateItem on ${table}` })
    .waitFor();
  const statement = (await denied.locator('.remedy code').textContent()) ?? '';
  expect(JSON.parse(statement)).toEqual({ Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: table });
  await denied.getByText(/^This would allow it, in a policy of role \S*UriRecorderRole\S*:$/).waitFor();
  await page.locator('.open-ends li').filter({ hasText: 'uri-recorder could not handle BucketCreated' }).waitFor();
  // The log has the same denial, which is said once.
  expect(await page.locator('.details .remedy').count()).toBe(1);
  expect(await axeFindings(page)).toEqual([]);
  const { stdout } = await command(['trace', 'denied', '--port', run.pipeline.port]);
  expect(stdout.split(statement)).toHaveLength(2);
});
