import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { resize, TestConsole, useConsole } from '../support/console-page.ts';
import { isEvent } from '../support/pipeline.ts';

const run = useConsole();

const users = (page: Page) => page.locator('table.list tbody th').allTextContents();
/** Rows that were new, until now. */
const inserts = () =>
  run.pipeline.entries(({ hop, eventName }) => hop === 'stream-record' && eventName === 'INSERT').length;
const shown = (page: Page, userId: string) => page.getByRole('link', { name: userId, exact: true });

test('given no user, the list says so, and shows each user who comes, the latest first', async () => {
  const page = await run.open('/');
  await page.getByText('No user has registered yet.').waitFor();
  await run.pipeline.register('first');
  await shown(page, 'first').waitFor();
  await run.pipeline.register('second');
  await shown(page, 'second').waitFor();
  expect(await users(page)).toEqual(['second', 'first']);
  const row = await run.pipeline.recorded('second');
  await page.getByRole('cell', { name: String(row.s3_bucket_uri?.S), exact: true }).waitFor();
});

test('given a user who waits, the list of waiting users has them, by its address', async () => {
  run.pipeline.engine.faults.fail('s3:CreateBucket', 'SlowDown', { times: 3 });
  await run.pipeline.register('patient');
  await run.pipeline.failures('BucketService', 1);
  const page = await run.open('/?show=waiting');
  await shown(page, 'patient').waitFor();
  expect(await users(page)).toEqual(['patient']);
  await page.getByText('its queue delivers it again').waitFor();
  await page.getByRole('link', { name: /^Failed/ }).click();
  await page.getByText('No registration has failed.').waitFor();
  expect(new URL(page.url()).search).toBe('?show=failed');
  await page.goBack();
  await shown(page, 'patient').waitFor();
  await run.pipeline.redeliver();
  await run.pipeline.recorded('patient');
  await page.getByText('No registration waits for anything.').waitFor();
});

test.each([1280, 400])('in a window of %i pixels, the search box shows all that it says', async (width) => {
  const page = await run.open('/');
  await resize(page, { width, height: 800 });
  const box = page.getByRole('searchbox');
  await box.fill((await box.getAttribute('placeholder')) ?? '');
  const [needs = 0, has = 0] = (await page.evaluate(
    '(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.getElementById("search"))',
  )) as number[];
  expect(needs).toBeGreaterThan(0);
  expect(needs).toBeLessThanOrEqual(has);
});

test('given more pages than a browser has connections, each shows its view and what is new, and takes its turn', async () => {
  const first = await run.open('/');
  const pages = [first];
  for (let page = 2; page <= 8; page++) pages.push(await first.context().newPage());
  await Promise.all(pages.map((page) => page.goto(`${run.console.url}/`)));
  await run.pipeline.register('everywhere');
  await Promise.all(pages.map((page) => shown(page, 'everywhere').waitFor()));
  await Promise.all(pages.map((page) => page.getByText('live, every few seconds').waitFor()));
});

test('a page that nobody sees follows nothing, and continues where it was when it is seen again', async () => {
  const page = await run.open('/');
  await page.locator('.live .dot').waitFor();
  const setVisible = (state: 'visible' | 'hidden') =>
    page.evaluate(`
      Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
  const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/users'));
  await setVisible('hidden');
  await ended;
  await run.pipeline.register('unseen');
  await run.pipeline.recorded('unseen');
  expect(await shown(page, 'unseen').count()).toBe(0);
  const again = page.waitForRequest(/\/api\/users\?after=[\w-]+$/);
  await setVisible('visible');
  await again;
  await shown(page, 'unseen').waitFor();
});

describe('a search', () => {
  const find = async (text: string) => {
    const page = await run.open('/');
    await page.getByRole('searchbox').fill(text);
    await page.getByRole('searchbox').press('Enter');
    await page
      .locator('.source')
      .filter({ hasText: /^\d+ users?\. Searched/ })
      .waitFor();
    return page;
  };
  /** Each way to a user, with the reason that is shown for it. */
  const ways = async () => {
    await run.pipeline.register('sought');
    const row = await run.pipeline.recorded('sought');
    const event = run.pipeline.entries(
      (entry) => isEvent(entry, 'BucketCreated') && JSON.stringify(entry.detail).includes('"sought"'),
    )[0];
    const { metadata } = Object(event?.detail) as { metadata: { eventId: string } };
    const uri = String(row.s3_bucket_uri?.S);
    return [
      ['sought', 'this is the user id'],
      ['ough', 'the user id contains it'],
      [String(event?.eventId), 'an event of this user has this id'],
      [metadata.eventId, 'an event of this user has this id'],
      [uri, "this is the user's bucket"],
      [uri.replace('s3://', ''), "this is the user's bucket"],
    ] as const;
  };

  test('finds a user by each id that leads to one, and says why', async () => {
    for (const [text, reason] of await ways()) {
      const page = await find(text);
      expect([text, await users(page)]).toEqual([text, ['sought']]);
      expect(await page.getByRole('cell', { name: reason, exact: true }).count()).toBe(1);
      await run.browser.closePages();
    }
  });

  test('has an address, which leads to the same again', async () => {
    await run.pipeline.register('again');
    await run.pipeline.recorded('again');
    const page = await find('again');
    await shown(page, 'again').click();
    await page.getByRole('heading', { name: 'again' }).waitFor();
    await page.goBack();
    await shown(page, 'again').waitFor();
    await page.reload();
    await shown(page, 'again').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('again');
  });

  test('given a text that no user has, it says so', async () => {
    const page = await find('nobody has this');
    await page.getByText('Nothing is known of nobody has this.').waitFor();
  });
});

describe('registering', () => {
  test('given a user who exists, says so, and leads to them', async () => {
    await run.pipeline.register('twice');
    const page = await run.open('/register?id=twice');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('twice has a row already, which is unchanged.').waitFor();
    await page.getByRole('link', { name: 'See this user' }).click();
    await page.getByRole('heading', { name: 'twice' }).waitFor();
  });

  test('given a number, registers that many, and shows them as they come', async () => {
    const before = inserts();
    const page = await run.open('/register');
    await page.getByLabel('How many, up to 100').fill('7');
    await page.getByRole('button', { name: 'Register them' }).click();
    await page.getByRole('link', { name: `Recent ${before + 7}`, exact: true }).waitFor();
    expect(await users(page)).toHaveLength(before + 7);
  });

  test('registers the sample users, and once only', async () => {
    const before = inserts();
    const page = await run.open('/register');
    for (const _ of ['first', 'again']) {
      await page.goto(`${run.console.url}/register`);
      await page.getByRole('button', { name: 'Register the samples' }).click();
      await page.getByRole('link', { name: `Recent ${before + 10}`, exact: true }).waitFor();
    }
    expect(await users(page)).toEqual(expect.arrayContaining(['test4', '김민지', 'Kim "MJ" \\ Seoul']));
  });

  test('given a console that is read-only, the page offers nothing to change, and the command instead', async () => {
    const readOnly = await TestConsole.start(run.pipeline, { isWritable: false });
    const page = await run.browser.open(`${readOnly.url}/register`);
    await page.getByText('The console is read-only here.').waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
    expect(await page.locator('main').getByRole('button').allTextContents()).toEqual(['Copy']);
    await readOnly.stop();
  });
});
