import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { useConsole } from '../support/console-page.ts';

const run = useConsole();
beforeAll(async () => {
  await run.pipeline.register('kim');
  await run.pipeline.recorded('kim');
  const QueueUrl = run.pipeline.output('UriRecorderDlqUrl');
  await run.pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
});

const main = (page: Page) => page.locator('main:focus');

test('given a link that is gone with its view, or the key of a view, the focus goes to the view that is shown', async () => {
  const page = await run.open('/');
  await page.getByRole('link', { name: 'kim', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'kim' }).waitFor();
  await main(page).waitFor();
  await page.getByRole('searchbox').focus();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Console', exact: true }).focus();
  await page.keyboard.press('f');
  await page.getByRole('heading', { name: 'Flow' }).waitFor();
  await main(page).waitFor();
});

test('given a dialog, keys of other views do nothing, and what has opened it gets the focus back', async () => {
  const page = await run.open('/dead-letters');
  const opener = page.getByRole('button', { name: 'Purge 1 message of uri-recorder' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Close' }).focus();
  await page.keyboard.press('f');
  await page.keyboard.press('?');
  expect([new URL(page.url()).pathname, await page.getByRole('dialog').count()]).toEqual(['/dead-letters', 1]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.locator('button:focus', { hasText: 'Purge' }).waitFor();
});

test('a button keeps the focus while it works', async () => {
  const page = await run.open('/lab');
  await page.locator('button:not([aria-disabled=true])', { hasText: 'Skip the time' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(/^Skipped /).waitFor();
  await page.locator('button:focus', { hasText: 'Skip the time' }).waitFor();
});
