import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { undisturbedAssembly } from '../support/assembly.ts';
import { type ChangedAssembly, changedAssembly } from '../support/changed-assembly.ts';
import { TestBrowser, TestConsole } from '../support/console-page.ts';
import { Pipeline } from '../support/pipeline.ts';
import { withoutAction } from '../support/statements.ts';

let assembly: ChangedAssembly;
let pipeline: Pipeline;
let console: TestConsole;
let browser: TestBrowser;
beforeAll(async () => {
  assembly = await changedAssembly(
    (resources) => withoutAction(resources, 'UriRecorderRole', 'dynamodb:UpdateItem'),
    undisturbedAssembly(),
  );
  pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
  [console, browser] = await Promise.all([TestConsole.start(pipeline), TestBrowser.start()]);
});
afterAll(async () => {
  await browser.stop();
  await console.stop();
  await pipeline.stop();
  await assembly.remove();
  expect([console.bugs, browser.errors]).toEqual([[], []]);
});

test('given a permission that was removed, the step that needs it names the action and the resource', async () => {
  await pipeline.register('denied');
  await pipeline.failures('UriRecorder', 1);
  const page = await browser.open(`${console.url}/user?id=denied`);
  await page.locator('.step > button').filter({ hasText: 'uri-recorder' }).filter({ hasText: '1 ✕ failed' }).click();
  const table = `arn:aws:dynamodb:ap-northeast-1:123456789012:table/${pipeline.table}`;
  await page
    .locator('.hops .failed')
    .filter({
      hasText: `calls dynamodb:UpdateItem: 400 AccessDeniedException: no statement allows its role dynamodb:UpdateItem on ${table}`,
    })
    .waitFor();
  await page.locator('.open-ends li').filter({ hasText: 'uri-recorder could not handle BucketCreated' }).waitFor();
});
