import { afterAll, test } from '@jest/globals';
import { undisturbedAssembly } from '../support/assembly.ts';
import { type ChangedAssembly, changedAssembly } from '../support/changed-assembly.ts';
import { useConsole } from '../support/console-page.ts';
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

test('given a permission that was removed, the step that needs it names the action and the resource', async () => {
  await run.pipeline.register('denied');
  await run.pipeline.failures('UriRecorder', 1);
  const page = await run.open('/user?id=denied');
  await page.locator('.step > button').filter({ hasText: 'uri-recorder' }).filter({ hasText: '1 ✕ failed' }).click();
  const table = `arn:aws:dynamodb:ap-northeast-1:123456789012:table/${run.pipeline.table}`;
  await page
    .locator('.hops .failed')
    .filter({
      hasText: `calls dynamodb:UpdateItem: 400 AccessDeniedException: no statement allows its role dynamodb:UpdateItem on ${table}`,
    })
    .waitFor();
  await page.locator('.open-ends li').filter({ hasText: 'uri-recorder could not handle BucketCreated' }).waitFor();
});
