import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { onStack } from '../../operations/deployed/stack.ts';
import { describeHop, spanText, traceUser } from '../../operations/trace/index.ts';
import { TestConsole, useConsole } from '../support/console-page.ts';

/** A user id that would be markup, code or an address, if it were taken for one. */
const HOSTILE = '<img src=x onerror="document.title=1"> & {{token}} ../?id=2#3';

const RECEIVES = 5;

const run = useConsole();

const userUrl = (userId: string) => `${run.console.url}/user?id=${encodeURIComponent(userId)}`;
const openUser = (userId: string) => run.browser.open(userUrl(userId));
const steps = (page: Page) => page.locator('.step > button');
const step = (page: Page, who: string, what: string) => steps(page).filter({ hasText: who }).filter({ hasText: what });
const verdict = (page: Page, word: string) => page.locator('.heading .verdict').filter({ hasText: word });
const trace = (userId: string) =>
  onStack({ port: Number(run.pipeline.port) }, async (on) => {
    const { registrations } = await traceUser(on, userId);
    return registrations[0]?.hops ?? [];
  });

describe('a user who registers', () => {
  test('is seen from the form to the URI, live', async () => {
    const page = await run.open(`/register`);
    await page.getByLabel('User id', { exact: true }).fill('live one');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.waitForURL(/\/user\?id=live\+one$/);
    await verdict(page, 'done').waitFor();
    const row = await run.pipeline.recorded('live one');
    await page.getByText(String(row.s3_bucket_uri?.S), { exact: true }).waitFor();
    await step(page, 'users table', 'has the URI').waitFor();
    expect(await page.locator('.step .name').allInnerTexts()).toEqual([
      expect.stringContaining('users table'),
      expect.stringMatching(/pipe\s+puts the event/),
      expect.stringMatching(/bus\s+UserRegistered/),
      expect.stringMatching(/bucket-service\s+handles UserRegistered/),
      expect.stringMatching(/bus\s+BucketCreated/),
      expect.stringMatching(/uri-recorder\s+handles BucketCreated/),
      expect.stringMatching(/users table\s+has the URI/),
    ]);
  });

  test('has the numbers and the words of the command', async () => {
    await run.pipeline.register('exact');
    await run.pipeline.recorded('exact');
    await run.pipeline.idle();
    const hops = await trace('exact');
    const page = await openUser('exact');
    await verdict(page, 'done').waitFor();
    const own = hops.filter((hop) => 'subscriber' in hop && hop.subscriber === 'bucket-service');
    const end = own.find((hop) => hop.hop === 'invocation');
    const taken = own.find((hop) => hop.hop === 'batch');
    const button = step(page, 'bucket-service', 'handles UserRegistered');
    expect(await button.textContent()).toContain(spanText((end?.at ?? 0) - (taken?.at ?? 0)));
    await button.click();
    const shown = await page.locator('.details .hops li').allInnerTexts();
    const ofRule = own.filter((hop) => !(hop.hop === 'rule' && !hop.matched));
    expect(shown.map((line) => line.split('\n').at(-1))).toEqual(
      ofRule.map((hop) => describeHop(hop)[1].replaceAll(/ +/g, ' ')),
    );
  });

  test('keeps its open step when the page is loaded again, and on the way back', async () => {
    await run.pipeline.register('stays');
    await run.pipeline.recorded('stays');
    const page = await openUser('stays');
    const button = step(page, 'bus', 'UserRegistered');
    await button.click();
    await page.getByText('"userId": "stays"').waitFor();
    const address = page.url();
    expect(address).toContain('step=1.3');
    await page.reload();
    await page.getByText('"userId": "stays"').waitFor();
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    await page.goBack();
    await page.getByText('"userId": "stays"').waitFor();
    expect(page.url()).toBe(address);
  });

  test('shows why a rule did not match, at the event', async () => {
    await run.pipeline.register('why');
    await run.pipeline.recorded('why');
    const page = await openUser('why');
    await step(page, 'bus', 'BucketCreated').click();
    await page.getByText('its rule does not match: detail-type does not accept "BucketCreated"').waitFor();
  });
});

test('given an id that is markup, it is only ever text', async () => {
  await run.pipeline.register(HOSTILE);
  await run.pipeline.recorded(HOSTILE);
  const page = await openUser(HOSTILE);
  await verdict(page, 'done').waitFor();
  await step(page, 'bus', 'UserRegistered').click();
  await page.locator('.payload pre').waitFor();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(HOSTILE);
  expect(await page.locator('.payload pre').textContent()).toContain(JSON.stringify(HOSTILE));
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toBe(`${HOSTILE} · Console`);
});

test('given a bucket that cannot be created, each attempt is seen, the dead letter, and what to do', async () => {
  run.pipeline.engine.faults.fail('s3:CreateBucket', 'TooManyBuckets', { times: RECEIVES });
  const page = await openUser('dave');
  const open = page.locator('.open-ends li');
  await page.getByText('There is no trace of this user').waitFor();
  await run.pipeline.register('dave');
  for (let receive = 1; receive <= RECEIVES; receive++) {
    await run.pipeline.failures('BucketService', receive);
    await page.getByText(`${receive} ✕ failed`).waitFor();
    await open.filter({ hasText: 'bucket-service could not handle UserRegistered' }).waitFor();
    await run.pipeline.redeliver();
  }
  await open.filter({ hasText: 'UserRegistered is in the dead-letter queue of bucket-service' }).waitFor();
  await page.getByText(`npx pipeline dlq show --subscriber bucket-service --port ${run.pipeline.port}`).waitFor();
  await verdict(page, 'failed').waitFor();
  await step(page, 'bucket-service', 'handles UserRegistered').click();
  expect(await page.getByText('calls s3:CreateBucket: 400 TooManyBuckets').count()).toBe(RECEIVES);
  await page.getByText('given up after 5 receives: now in the dead-letter queue').waitFor();
});

test('given keys alone, a step is reached, opened and closed', async () => {
  await run.pipeline.register('keys');
  await run.pipeline.recorded('keys');
  const page = await openUser('keys');
  await verdict(page, 'done').waitFor();
  for (const key of ['j', 'j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
  await page.locator('[data-step="1.2"][aria-expanded="true"]').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[data-step="1.2"][aria-expanded="false"]').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('keys');
  await page.keyboard.press('Enter');
  await page.getByText('this is the user id').waitFor();
});

test('given a console that ends, the page keeps what it knows and says since when; another one continues', async () => {
  await run.pipeline.register('gone');
  await run.pipeline.recorded('gone');
  const own = await TestConsole.start(run.pipeline);
  const { url } = own;
  const page = await run.browser.open(`${url}/user?id=gone`);
  await verdict(page, 'done').waitFor();
  await own.stop();
  await page.getByText(/^not live since/).waitFor();
  await page.getByText('The console does not answer. Start it again').waitFor();
  expect(await steps(page).count()).toBe(7);
  const again = await TestConsole.start(run.pipeline, { port: Number(new URL(url).port) });
  await page.locator('.live .dot').waitFor();
  expect(await page.getByText('The console does not answer').count()).toBe(0);
  await again.stop();
});
