import { DisableRuleCommand } from '@aws-sdk/client-eventbridge';
import { expect, test } from '@jest/globals';
import { useConsole } from '../support/console-page.ts';

const run = useConsole();

test('contracts show who publishes and takes each version, and compare two, with the verdict of the gate', async () => {
  const [, EventBusName, Name] = run.pipeline.output('UriRecorderRuleArn').split('/');
  await run.pipeline.events.send(new DisableRuleCommand({ Name, EventBusName }));
  const page = await run.open('/');
  await page.getByText('local engine').waitFor();
  await page.keyboard.press('c');
  const version = (type: string) => page.locator('table.contracts tbody tr').filter({ hasText: type });
  await version('BucketCreated').getByText('✕ disabled').waitFor();
  expect(await version('UserRegistered').locator('td').allInnerTexts()).toEqual([
    '1',
    '✓ compatible changes since its release',
    `the pipe ${run.pipeline.output('PipeName')}`,
    'bucket-service',
  ]);

  await version('UserRegistered').getByRole('link').click();
  await page.getByRole('heading', { name: 'UserRegistered, version 1' }).waitFor();
  expect(await page.getByRole('row', { name: /^data\.userId string yes 1 to 2048 characters/ }).count()).toBe(1);
  await page.getByText('Compatible: events and readers of both understand each other.').waitFor();

  // The other way round, a field is gone.
  await page.getByRole('combobox', { name: 'From' }).selectOption('user-registered.v1');
  await page.getByRole('combobox', { name: 'To' }).selectOption('user-registered.v1@released');
  await page.getByText('Breaking: a change that some reader or archived event would not survive.').waitFor();
  await page.getByRole('row', { name: /^metadata\.replayName removed .* ✕ was removed: / }).waitFor();
  await page.getByText('npx pipeline contracts compare user-registered.v1 user-registered.v1@released').waitFor();
  await page.reload();
  await page.getByText('Breaking: a change').waitFor();

  await page.getByText('The plain sample').click();
  await page.getByRole('link', { name: 'Send one like it' }).first().click();
  await page.getByRole('heading', { name: 'Send an event' }).waitFor();
});
