import { afterAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { undisturbedAssembly } from '../support/assembly.ts';
import { type ChangedAssembly, changedAssembly, ofType } from '../support/changed-assembly.ts';
import { pipeline as command, jsonLines } from '../support/cli.ts';
import { resize, TestConsole, useConsole } from '../support/console-page.ts';
import { Pipeline } from '../support/pipeline.ts';
import { archiveAgain, describeReplay } from '../support/replay.ts';

let assembly: ChangedAssembly;
const run = useConsole(async () => {
  assembly = await changedAssembly((resources) => {
    // As for a subscriber that says replays: 'skip'.
    ofType(resources, 'AWS::Events::Rule', 'BucketServiceRule').EventPattern['replay-name'] = [{ exists: false }];
  }, undisturbedAssembly());
  return Pipeline.start({ assemblies: [assembly.folder] });
});
afterAll(() => assembly.remove());

/** A replay to a subscriber that takes nothing holds back before it has sent so many. */
const MANY = 700;

const USERS = ['ada', 'ben', 'cyd'];

const registerAll = async () => {
  for (const userId of USERS) await run.pipeline.register(userId);
  for (const userId of USERS) await run.pipeline.recorded(userId);
};
const box = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true });
const planned = (page: Page, name: string) =>
  page
    .getByRole('row')
    .filter({ has: box(page, name) })
    .locator('td')
    .last();
const shownCommand = async (page: Page) => (await page.locator('.start code').textContent()) ?? '';
/** The users whose UserRegistered the queue of bucket-service has got by a replay. */
const replayed = () =>
  run.pipeline
    .entries(({ hop, queue }) => hop === 'message' && String(queue).includes('BucketServiceQueue'))
    .map(({ body }) => JSON.parse(String(body)) as Delivered)
    .filter((event) => event['replay-name'] !== undefined)
    .map(({ detail }) => detail.data.userId);

interface Delivered {
  readonly 'replay-name'?: string;
  readonly detail: { readonly data: { readonly userId: string } };
}

/** A time as a field for local times takes it. */
const localTime = (page: Page, time: string) =>
  page.evaluate(`(() => {
    const at = new Date(${JSON.stringify(time)});
    return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
  })()`);
/** What the command that the page shows would do. */
const dryRun = async (shown: string) => {
  const words = shown.replace('npx pipeline ', '').replace(' --wait', ' --dry-run --json').split(' ');
  return jsonLines(await command(words))[0];
};

test('plans a replay with the numbers of the command, starts it, and counts what it did', async () => {
  await registerAll();
  const page = await run.open('/replay');
  await page.getByText('6 events; a bar is').waitFor();
  await page.getByText('Choose the subscribers that get the events.').waitFor();
  await box(page, 'uri-recorder').check();
  await page.getByRole('button', { name: 'Start the replay to uri-recorder' }).waitFor();
  expect(await planned(page, 'uri-recorder').textContent()).toBe('3');
  expect(await planned(page, 'bucket-service').textContent()).toBe('– none: its rule skips replays');
  expect(await box(page, 'bucket-service').isDisabled()).toBe(true);
  const shown = await shownCommand(page);
  expect(shown).toMatch(/^npx pipeline replay --from \S+ --to-subscriber uri-recorder --wait --port \d+$/);
  expect(await dryRun(shown)).toMatchObject({
    exact: true,
    events: 3,
    receivers: [{ subscriber: 'uri-recorder', events: 3 }],
  });
  await page.getByRole('button', { name: 'Start the replay to uri-recorder' }).click();
  await page.locator('[data-job=done]').getByText('uri-recorder: waiting 0, dead letters 0').waitFor();
  const row = page.locator('[data-replay=COMPLETED]');
  await row.getByText('3 events in').waitFor();
  await resize(page, { width: 400, height: 800 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
  const sent = run.pipeline.entries(({ hop, state }) => hop === 'replay' && state === 'COMPLETED');
  expect(sent.map(({ replay, matched }) => [replay, matched])).toEqual([[await row.locator('th').textContent(), 3]]);
});

test('a user’s waterfall says who did not get a replay, and why, at the replayed event', async () => {
  const page = await run.open('/user?id=ada');
  const event = page.locator('.step').filter({ hasText: 'UserRegistered' }).filter({ hasText: 'replay pipeline-' });
  await event.getByRole('button').click();
  await event
    .locator('.hops')
    .getByText(/does not get it: it skips replays, and what comes of them \(replays: 'skip'\)/)
    .waitFor();
});

test('the address keeps window and choice, by brush and by keyboard, when it is loaded again and returned to', async () => {
  const page = await run.open('/replay');
  const svg = page.locator('.histogram svg');
  await svg.waitFor();
  const { x, y, width, height } = (await svg.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + 1, y + height / 2);
  await page.mouse.up();
  const query = () => new URL(page.url()).searchParams;
  const [brushedFrom = 0, brushedTo = 0] = ['from', 'to'].map((name) => Date.parse(query().get(name) ?? ''));
  expect(brushedFrom).toBeLessThan(brushedTo);
  expect(brushedTo).toBeLessThan(Date.now());
  await page.getByRole('button', { name: 'Up to now' }).click();
  await box(page, 'uri-recorder').press('Space');
  const field = page.getByLabel('From');
  await field.fill((await field.inputValue()).replace(/^\d{4}/, '2025'));
  await page.waitForURL((url) => url.search.includes('from=2025') && !url.search.includes('to='));
  const to = await page.locator('.histogram .ends time').last().getAttribute('datetime');
  await page.getByLabel('up to', { exact: true }).fill(String(await localTime(page, String(to))));
  await page.waitForURL(/to=/);
  const chosen = page.url();
  await page.reload();
  await page.getByRole('button', { name: 'Start the replay to uri-recorder' }).waitFor();
  await page.keyboard.press('u');
  await page.getByRole('heading', { name: 'Users' }).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Start the replay to uri-recorder' }).waitFor();
  expect(page.url()).toBe(chosen);
  expect(await box(page, 'uri-recorder').isChecked()).toBe(true);
  expect(await shownCommand(page)).toContain(
    `--from ${query().get('from')} --to ${String(to).slice(0, 19)}Z --to-subscriber uri-recorder`,
  );
});

test('given chosen users, their events are read, shown with the numbers of the command, and only these are sent', async () => {
  const page = await run.open('/replay');
  await page.getByText('Not all of these events, or not so fast').click();
  await page.getByLabel('Users, one in a line').fill('ben\nnobody');
  await page.getByRole('checkbox', { name: 'Let me choose subscribers that skip replays' }).check();
  await box(page, 'bucket-service').check();
  await page.getByRole('button', { name: 'Read the events' }).click();
  await page.locator('[data-job=done]').getByText('1 event to send. Nothing is sent yet.').waitFor();
  await page.locator('.chosen-events').getByText('1, although it skips replays').waitFor();
  const shown = await shownCommand(page);
  expect(shown).toContain('--to-subscriber bucket-service --user ben --user nobody --include-skipped --wait');
  expect(await dryRun(shown)).toMatchObject({ events: 1, receivers: [{ subscriber: 'bucket-service', events: 1 }] });
  expect(replayed()).toEqual([]);
  await page.reload();
  await page.getByRole('button', { name: 'Send 1 event to bucket-service' }).click();
  await page.locator('[data-job=done]').getByText('bucket-service: waiting 0, dead letters 0').waitFor();
  expect(replayed()).toEqual(['ben']);
  // What was sent is not sent again by the same button.
  await page.getByRole('button', { name: 'Read the events' }).waitFor();
});

test('given a replay that runs, it is cancelled half way, and the list says how far it was', async () => {
  await archiveAgain(run.pipeline, 'BucketCreated', MANY);
  const { mappings } = run.pipeline.engine.services;
  const [, uriRecorder] = [...mappings].find(([id]) => id.includes('UriRecorder')) ?? [];
  uriRecorder?.disable();
  const page = await run.open('/replay?subscribers=uri-recorder');
  await page.getByRole('button', { name: 'Start the replay to uri-recorder' }).click();
  await page.locator('[data-replay=RUNNING]').waitFor();
  await run.pipeline.waitFor('half of it', ({ hop, replay }) => hop === 'event' && replay !== undefined, MANY / 2);
  await page.getByRole('button', { name: /^Cancel pipeline-/ }).click();
  const row = page.locator('[data-replay=CANCELLED]');
  await row.waitFor();
  const [ended] = run.pipeline.entries(({ hop, state }) => hop === 'replay' && state === 'CANCELLED');
  expect(Number(ended?.matched)).toBeLessThan(MANY);
  await row.getByText(`${ended?.matched} events in`).waitFor();
  await page
    .locator('[data-job=stopped]')
    .getByText(/CANCELLED/)
    .waitFor();

  // To stop the job is to cancel the replay.
  await page.getByRole('button', { name: 'Start the replay to uri-recorder' }).click();
  await page.locator('[data-replay=RUNNING]').waitFor();
  await page
    .locator('.card')
    .getByRole('button', { name: /^Stop: Replay of/ })
    .click();
  await page
    .locator('[data-job=stopped]')
    .getByText(/CANCELLED, .* Subscribers still process/)
    .waitFor();
  await page.locator('[data-replay=RUNNING]').waitFor({ state: 'detached' });
  expect(await page.locator('[data-replay=CANCELLED]').count()).toBe(2);

  // A console that ends leaves it running.
  const own = await TestConsole.start(run.pipeline);
  const headers = { 'content-type': 'application/json', 'x-console-token': await own.token() };
  const body = JSON.stringify({ from: '1h', subscribers: 'uri-recorder' });
  expect((await fetch(`${own.url}/api/replay`, { method: 'POST', headers, body })).status).toBe(200);
  const running = page.locator('[data-replay=RUNNING]');
  await running.waitFor();
  await own.stop();
  const name = String(await running.locator('th').textContent());
  expect((await describeReplay(run.pipeline, name)).State).toBe('RUNNING');
  await page.getByRole('button', { name: `Cancel ${name}` }).click();
  await running.waitFor({ state: 'detached' });
  uriRecorder?.enable();
  await run.pipeline.idle();
});

test('given a console that is read-only, shows the commands, and its server refuses to start and to cancel', async () => {
  const readOnly = await TestConsole.start(run.pipeline, { isWritable: false });
  const page = await run.browser.open(`${readOnly.url}/replay?subscribers=uri-recorder`);
  await page.getByText('The console is read-only here.').waitFor();
  expect(await page.locator('.start').getByRole('button').allTextContents()).toEqual(['Copy']);
  expect(await shownCommand(page)).toContain('--to-subscriber uri-recorder');
  const before = run.pipeline.entries(({ operation }) => operation === 'StartReplay').length;
  const headers = { 'content-type': 'application/json', 'x-console-token': await readOnly.token() };
  for (const path of ['/api/replay', '/api/replay/cancel', '/api/replay/read', '/api/replay/send']) {
    const body = JSON.stringify({ from: '1h', subscribers: 'uri-recorder', name: 'any' });
    const { status } = await fetch(readOnly.url + path, { method: 'POST', headers, body });
    expect([path, status]).toEqual([path, 403]);
  }
  expect(run.pipeline.entries(({ operation }) => operation === 'StartReplay')).toHaveLength(before);
  await readOnly.stop();
});
