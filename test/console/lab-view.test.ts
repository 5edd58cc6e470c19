import { afterEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { TestConsole, useConsole } from '../support/console-page.ts';

const run = useConsole();
afterEach(async () => {
  const { faults } = run.pipeline.engine;
  for (const { id } of faults.armed) faults.remove(id);
});

const card = (page: Page, title: string) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
const mark = (page: Page, text: string) => page.locator('tr').filter({ hasText: text });
/** Waits for the preview that a button belongs to. */
const press = async (page: Page, title: string, preview: string, button: string) => {
  await card(page, title).getByText(preview).waitFor();
  await card(page, title).getByRole('button', { name: button, exact: true }).click();
};

describe('a fault', () => {
  test('is set, strikes a registration, is a mark in its waterfall, and is removed', async () => {
    const page = await run.open('/lab');
    const form = card(page, 'Fault');
    await form.getByLabel('Operation', { exact: true }).selectOption('s3:CreateBucket');
    await form.getByLabel('Error code').selectOption('SlowDown');
    await form.getByLabel('How many').selectOption('5');
    await press(page, 'Fault', 's3:CreateBucket: the next 5 calls fail with SlowDown.', 'Set the fault');
    const command = `npx pipeline lab fault s3:CreateBucket --code SlowDown --times 5 --port ${run.pipeline.port}`;
    await page.getByText(command).waitFor();
    await page.locator('[data-fault]').getByText('s3:CreateBucket: the next 5 calls fail with SlowDown').waitFor();

    await run.pipeline.register('struck');
    await page
      .locator('[data-fault]')
      .getByText(/the next [234] calls? fails? with SlowDown/)
      .waitFor();
    await page.getByRole('button', { name: /^Remove fault/ }).click();
    await page.getByText('No fault is armed.').waitFor();
    expect(run.pipeline.engine.faults.armed).toEqual([]);
    const struck = mark(page, 'a fault makes s3:CreateBucket fail with SlowDown').first();
    await struck.getByRole('link', { name: 'struck' }).click();
    await page.waitForURL(/\/user\?id=struck$/);
    const step = page.locator('.step').filter({ hasText: 'bucket-service' });
    await step.locator('.flag').first().waitFor({ state: 'attached' });
    await step.getByRole('button').first().click();
    const lines = step.locator('.hops li');
    await lines.filter({ hasText: 'a fault makes s3:CreateBucket fail with SlowDown' }).first().waitFor();
    await lines.filter({ hasText: 'calls s3:CreateBucket: 503 SlowDown' }).first().waitFor();
  });

  test('that does not exist is refused by name', async () => {
    const token = await run.console.token();
    const body = JSON.stringify({ operation: 's3:MakeBucket', effect: 'error', code: 'SlowDown' });
    const headers = { 'content-type': 'application/json', 'x-console-token': token };
    const response = await fetch(`${run.console.url}/api/lab/fault`, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.stringContaining('there is no operation s3:MakeBucket') },
    ]);
  });
});

test('time is skipped: the page says so, and the user who waited has the mark', async () => {
  const page = await run.open('/lab');
  await page.getByRole('button', { name: 'Stop the pipe' }).click();
  await page.getByText('The pipe is stopped: new rows wait in the stream.').waitFor();
  await run.pipeline.register('waits');
  await card(page, 'Time').getByLabel(/^Skip/).fill('3h');
  await press(page, 'Time', "The engine's clock moves 3 h forward", 'Skip the time');
  await page.getByText('Skipped 3 h.').waitFor();
  await page.getByText(/^The engine is 3 h ahead: it is /).waitFor();
  // It is another day there by now, or will be: where the time stands alone, it has its day.
  await page
    .locator('h1, .quiet')
    .getByText(/it is \d{1,2} \w{3} \d\d:\d\d|it is \w{3} \d{1,2} \d\d:\d\d/)
    .waitFor();
  await mark(page, 'time is skipped: 3 h').getByRole('link', { name: 'waits' }).click();
  // The page counts by the engine's time.
  await page.locator('.open-ends li').filter({ hasText: /3 h/ }).waitFor();
  await page.locator('.step').filter({ hasText: 'pipe' }).locator('.flag').first().waitFor({ state: 'attached' });
  await page.keyboard.press('l');
  await page.getByRole('button', { name: 'Start the pipe' }).click();
  await run.pipeline.recorded('waits');
});

test('a function is killed in the middle of its next invocation', async () => {
  const page = await run.open('/lab');
  await card(page, 'Function').getByLabel('Kill the function of', { exact: true }).selectOption('uri-recorder');
  await press(page, 'Function', 'kills its function, after it took effect', 'Kill the function');
  await page.locator('[data-fault]').waitFor();
  await run.pipeline.register('survivor');
  await mark(page, 'a fault kills the function of uri-recorder').getByRole('link', { name: 'survivor' }).waitFor();
  await run.pipeline.waitFor('its death', ({ errorType }) => errorType === 'Runtime.Stopped');
  await run.pipeline.redeliver();
  await run.pipeline.recorded('survivor');
});

test('a lesson is played from the break to the end, and its address keeps it', async () => {
  await run.pipeline.idle();
  const page = await run.open('/lab?show=lessons');
  await page.getByRole('link', { name: 'All URIs are lost from the table' }).click();
  await page.getByText('Removes the URI and the URL from').waitFor();
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('✓ All is well.').waitFor();
  await page.getByRole('button', { name: 'Break it' }).click();
  await page
    .locator('[data-job=done]')
    .getByText(/The URI is gone from \d+ rows\./)
    .waitFor();
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('✕ Not yet.').waitFor();
  await page.getByText(/\d+ users without a URI/).waitFor();
  await page.reload();
  await page.locator('.lesson').getByRole('link', { name: 'Replay' }).click();
  await page.getByRole('button', { name: 'Start the replay to uri-recorder' }).click();
  await page.locator('[data-job=done]').getByText('uri-recorder: waiting 0').waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('✓ All is well.').waitFor();
});

test('a lesson that cannot be played says why, and teaches', async () => {
  const page = await run.open('/lab?show=lessons&lesson=table-restored');
  await page.getByText('It cannot be played here. It needs a deployment over the restored table').waitFor();
  await page.getByText('reconcile --fix').waitFor();
  expect(await page.getByRole('button', { name: 'Break it' }).count()).toBe(0);
});

test('given a console that is read-only, the server refuses, and the page shows commands', async () => {
  const console = await TestConsole.start(run.pipeline, { isWritable: false });
  const page = await run.browser.open(`${console.url}/lab`);
  await card(page, 'Time')
    .getByText(/npx pipeline lab skip 61s/)
    .waitFor();
  expect(await page.getByRole('button', { name: 'Skip the time' }).count()).toBe(0);
  const headers = { 'content-type': 'application/json', 'x-console-token': await console.token() };
  for (const path of ['fault', 'fault/remove', 'skip', 'kill', 'pipe', 'lesson/break', 'lesson/repair']) {
    const { status } = await fetch(`${console.url}/api/lab/${path}`, { method: 'POST', headers, body: '{}' });
    expect([path, status]).toEqual([path, 403]);
  }
  await console.stop();
});

test('given an engine that is days ahead, a job that goes on has its day: its times are not taken for those of the engine', async () => {
  await run.pipeline.idle();
  run.pipeline.clock.skip(2 * 24 * 3600_000);
  const page = await run.open('/replay?subscribers=uri-recorder');
  await page.getByRole('button', { name: 'Start the replay to uri-recorder' }).waitFor();
  await page.locator('.replays [data-replay]').first().waitFor();
  // Every state of the page counts, also one that the next news corrects.
  await page.evaluate(`(() => {
    window.times = new Set();
    const note = () => document.querySelectorAll('[data-job] time').forEach(({ textContent }) => times.add(textContent));
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
  })()`);
  const before = await page
    .locator('[data-job=done]')
    .getByText(/ since /)
    .textContent();
  await page.getByRole('button', { name: 'Start the replay to uri-recorder' }).click();
  await page
    .locator('[data-job=done]')
    .getByText(before ?? '')
    .waitFor({ state: 'detached' });
  await page.locator('[data-job=done]').getByText('uri-recorder: waiting 0').waitFor();
  const times = (await page.evaluate('[...times]')) as string[];
  expect(times).not.toEqual([]);
  expect(times.filter((time) => /^\d\d:/.test(time))).toEqual([]);
});
