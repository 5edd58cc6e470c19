import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { undisturbedAssembly } from '../support/assembly.ts';
import { changedAssembly, ofType } from '../support/changed-assembly.ts';
import { pipeline as command, jsonLines } from '../support/cli.ts';
import { useConsole } from '../support/console-page.ts';

const USERS = ['one', 'two', 'three'];

const run = useConsole();

const openFlow = () => run.open(`/flow`);
const row = (page: Page, part: string) => page.getByRole('row').filter({ hasText: part });
const cells = async (page: Page, part: string) => row(page, part).locator('td').allTextContents();
/** Waits until a part has handled that many events. */
const has = (page: Page, part: string, events: number) =>
  row(page, part)
    .filter({ has: page.getByRole('cell', { name: String(events), exact: true }) })
    .waitFor();

test('shows every part, and counts what goes through each while it does', async () => {
  const page = await openFlow();
  await has(page, 'pipe', 0);
  const names = await page.locator('.flow .part text:first-of-type').allTextContents();
  expect(names).toEqual(
    expect.arrayContaining([
      'users table',
      'pipe',
      'UserRegistered',
      'bucket-service',
      'BucketCreated',
      'uri-recorder',
    ]),
  );
  for (const userId of USERS) await run.pipeline.register(userId);
  await has(page, 'uri-recorder, function', USERS.length);
  expect((await cells(page, 'pipe'))[0]).toBe('3');
  expect(await page.locator('.flow .part.event').allTextContents()).toEqual([
    'UserRegistered3 events',
    'BucketCreated3 events',
  ]);
  // Its role may create buckets, and the template says so.
  await page
    .locator('.flow .effects')
    .filter({ hasText: '→ BucketCreated' })
    .filter({ hasText: 's3: CreateBucket' })
    .waitFor();
});

test('has the numbers of the command', async () => {
  const page = await openFlow();
  await has(page, 'uri-recorder, function', USERS.length);
  const shown = (await page.locator('.source code').textContent()) ?? '';
  const { stdout } = await command([...shown.replace('npx pipeline ', '').split(' '), '--json']);
  const graphs = jsonLines({ stdout }).flatMap(({ graphs }) => graphs as Graph[]);
  const handled = graphs.find(({ title }) => title === 'Events handled')?.metrics ?? [];
  expect(handled.map(({ label }) => label)).toEqual(['bucket-service', 'uri-recorder']);
  for (const { label, whole } of handled) expect((await cells(page, `${label}, function`))[0]).toBe(String(whole));
});

test('a subscriber has its charts, which the address keeps, with the numbers of the table', async () => {
  const page = await openFlow();
  await has(page, 'uri-recorder, function', USERS.length);
  await page.getByRole('button', { name: 'Charts of uri-recorder' }).click();
  await page.reload();
  const charts = page.getByRole('region', { name: 'uri-recorder, the last hour' });
  const handled = charts.getByRole('region', { name: 'Events handled' });
  await handled.locator('canvas').waitFor();
  const [all] = await row(page, 'uri-recorder, function').locator('td').allTextContents();
  const lines = await handled.locator('tbody').first().locator('th').allInnerTexts();
  expect(lines.map((line) => line.trim())).toEqual(['uri-recorder']);
  await handled
    .getByRole('cell', { name: String(all), exact: true })
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Charts of uri-recorder' }).click();
  await charts.waitFor({ state: 'detached' });
});

interface Graph {
  readonly title: string;
  readonly metrics: readonly { readonly label: string; readonly whole: number }[];
}

test('given an event that fails, it waits, with each attempt that failed', async () => {
  run.pipeline.engine.faults.fail('s3:CreateBucket', 'TooManyBuckets');
  const page = await openFlow();
  await run.pipeline.register('unlucky');
  await run.pipeline.failures('BucketService', 1);
  const lane = row(page, 'bucket-service, function');
  await lane.filter({ hasText: '✕ 1' }).waitFor();
  await page.locator('.flow .part.queue.waiting').filter({ hasText: '1 waiting' }).waitFor();
  await page.locator('.flow .part.function.failed').filter({ hasText: '✕ 1 failed' }).waitFor();
  await run.pipeline.redeliver();
  await run.pipeline.recorded('unlucky');
  await page.locator('.flow .part.queue.waiting').waitFor({ state: 'detached' });
});

test('given a subscriber that goes, and one that comes, the picture follows', async () => {
  const without = await changedAssembly((_resources, { Outputs = {} }) => {
    for (const key of Object.keys(Outputs)) if (key.startsWith('UriRecorder')) delete Outputs[key];
  }, undisturbedAssembly());
  const page = await openFlow();
  const lane = page.locator('.flow .subscriber').filter({ hasText: 'uri-recorder' });
  await lane.waitFor();
  await run.pipeline.engine.update([without.folder]);
  await lane.waitFor({ state: 'detached' });
  await page.locator('.flow .part.event').filter({ hasText: 'BucketCreatedno subscriber' }).waitFor();
  // It comes back, and takes only some of its events.
  const choosing = await changedAssembly((resources) => {
    ofType(resources, 'AWS::Events::Rule', 'UriRecorder').EventPattern.detail = {
      data: { region: [{ prefix: 'ap-' }] },
    };
  }, undisturbedAssembly());
  await run.pipeline.engine.update([choosing.folder]);
  await lane.filter({ hasText: 'uri-recorder where region begins with ap-' }).waitFor();
  await row(page, 'uri-recorder, rule where region begins with ap-').waitFor();
  // Others may have come that it does not take.
  await page.locator('.flow .part.event').filter({ hasText: 'BucketCreatedat least' }).waitFor();
  await without.remove();
  await choosing.remove();
});

test('watching leaves nothing in the journal but the reading of the picture', async () => {
  const before = run.pipeline.entries(() => true).length;
  const page = await openFlow();
  await has(page, 'pipe', USERS.length + 1);
  const calls = run.pipeline.entries(() => true).slice(before);
  expect(new Set(calls.map(({ service, operation }) => `${service}:${operation}`))).toEqual(
    new Set(['cloudformation:GetTemplate', 'cloudformation:ListStackResources', 'events:DescribeRule']),
  );
});
