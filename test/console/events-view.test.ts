import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { TestConsole, useConsole } from '../support/console-page.ts';
import { isEvent } from '../support/pipeline.ts';

const run = useConsole();

const openEvents = (query = '') => run.open(`/events${query}`);
const rows = (page: Page) => page.locator('li .event-row');
const rowOf = (page: Page, type: string, user: string) =>
  rows(page)
    .filter({ hasText: type })
    .filter({ has: page.getByText(user, { exact: true }) });
const registered = async (userId: string) => {
  await run.pipeline.register(userId);
  await run.pipeline.recorded(userId);
};

test('shows events as they come, the latest first, without a rule on the bus', async () => {
  const page = await openEvents();
  await page.getByText('No such event has come yet.').waitFor();
  const rulesBefore = run.pipeline.entries(({ operation }) => operation === 'PutRule').length;
  await registered('ella');
  await rowOf(page, 'BucketCreated', 'ella').waitFor();
  expect(await rows(page).locator('.type').allInnerTexts()).toEqual(['BucketCreated', 'UserRegistered']);
  expect(run.pipeline.entries(({ operation }) => operation === 'PutRule')).toHaveLength(rulesBefore);
});

test('an event shows its detail, and which rules matched and why the others did not, by its address', async () => {
  await registered('emil');
  const page = await openEvents();
  await rowOf(page, 'BucketCreated', 'emil').click();
  const details = page.locator('.event-details');
  await details.getByText(/^✓ uri-recorder matches$/).waitFor();
  await details.getByText(/^– bucket-service does not match: detail-type does not accept "BucketCreated"$/).waitFor();
  const event = run.pipeline.entries(
    (entry) => isEvent(entry, 'BucketCreated') && JSON.stringify(entry.detail).includes('"emil"'),
  )[0];
  expect(await details.locator('pre').textContent()).toBe(JSON.stringify(event?.detail, null, 2));
  await page.reload();
  await details.getByRole('heading', { name: String(event?.eventId) }).waitFor();
  await details.getByRole('link').click();
  await page.getByRole('heading', { name: 'emil' }).waitFor();
});

describe('filters', () => {
  test('by type, user and text leave what fits, and are in the address', async () => {
    await registered('eva');
    await registered('evan');
    const page = await openEvents();
    await rowOf(page, 'BucketCreated', 'evan').waitFor();
    await page.getByRole('textbox', { name: 'User' }).fill('eva');
    await rowOf(page, 'BucketCreated', 'evan').waitFor({ state: 'detached' });
    expect(await rows(page).count()).toBe(2);
    await page.getByRole('combobox', { name: 'Type' }).selectOption('UserRegistered');
    await rowOf(page, 'BucketCreated', 'eva').waitFor({ state: 'detached' });
    expect(await rows(page).count()).toBe(1);
    await page.reload();
    await rowOf(page, 'UserRegistered', 'eva').waitFor();
    expect(await rows(page).count()).toBe(1);
    await page.getByRole('textbox', { name: 'User' }).fill('');
    await page.getByRole('combobox', { name: 'Type' }).selectOption('');
    await page.getByRole('textbox', { name: 'Text' }).fill('s3://siuevan-');
    await rowOf(page, 'UserRegistered', 'eva').waitFor({ state: 'detached' });
    expect(await rows(page).locator('.type').allInnerTexts()).toEqual(['BucketCreated']);
  });
});

test('while it is paused, what comes is counted, and shown when it continues', async () => {
  const page = await openEvents('?user=paula');
  await page.getByText('No such event has come yet.').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await registered('paula');
  await page.getByRole('button', { name: /^Continue \(2 more\)$/ }).click();
  await rowOf(page, 'BucketCreated', 'paula').waitFor();
});

test('given a connection that is lost, what came meanwhile is not', async () => {
  const own = await TestConsole.start(run.pipeline);
  const { url } = own;
  const page = await run.browser.open(`${url}/events?user=away`);
  await page.getByText('No such event has come yet.').waitFor();
  await own.stop();
  await page.getByText(/^not live since/).waitFor();
  await registered('away');
  const again = await TestConsole.start(run.pipeline, { port: Number(new URL(url).port) });
  await rowOf(page, 'BucketCreated', 'away').waitFor();
  expect(await rows(page).count()).toBe(2);
  await again.stop();
});
