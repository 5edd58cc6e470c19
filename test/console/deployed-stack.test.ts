import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { VIEW_PATHS } from '../../console/contract/view-paths.ts';
import { leftBehind, NOTHING } from '../pipeline/temporary-queues.ts';
import { startCommand } from '../support/cli.ts';
import { TestBrowser } from '../support/console-page.ts';
import { Pipeline } from '../support/pipeline.ts';
import type { RunningCommand } from '../support/running-command.ts';

/**
 * The console of a deployed stack, as far as it can be had here: the command gets the name of a stack and credentials, and finds AWS
 * where AWS_ENDPOINT_URL says, which is the engine. It must not know that: what it asks has to be what AWS has.
 */
const STACK = 'user-bucket-pipeline-dev';

let pipeline: Pipeline;
let browser: TestBrowser;
let command: RunningCommand;
let url: string;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  await pipeline.register('deployed');
  await pipeline.recorded('deployed');
  await pipeline.idle();
  [browser, command] = await Promise.all([TestBrowser.start(), start()]);
  [, url = ''] = await command.shows(
    /: (http:\/\/127\.0\.0\.1:\d+)\nIt is read-only; --write lets it change something\./,
  );
});
afterEach(() => browser.closePages());
afterAll(async () => {
  await browser.stop();
  expect(await command.stop()).toBe(0);
  await pipeline.stop();
  expect(browser.errors).toEqual([]);
  expect(command.shown).not.toContain('✖');
});

async function start(...args: readonly string[]): Promise<RunningCommand> {
  return startCommand(['console', '--stack', STACK, '--console-port', '0', ...args], {
    AWS_ENDPOINT_URL: pipeline.engine.endpoint,
    AWS_REGION: pipeline.engine.account.region,
    AWS_ACCESS_KEY_ID: 'OPERATOR',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
}

/** Opens a view, and waits until it has all that it waits for. */
async function open(path: string) {
  const page = await browser.open(url + path);
  await page.getByText('AWS, read-only').waitFor();
  await page.locator('main h1').waitFor();
  for (const skeleton of await page.locator('main .skeleton').all()) await skeleton.waitFor({ state: 'detached' });
  return page;
}

test.each(VIEW_PATHS)('the view %s shows what AWS has, or why not', async (path) => {
  const page = await open(`${path}?id=deployed`);
  expect(await page.locator('main [role=alert]').allTextContents()).toEqual([]);
  expect((await page.locator('main').textContent())?.length).toBeGreaterThan(50);
});

describe('a user', () => {
  test('is listed by the logs of the functions', async () => {
    const page = await open('/');
    await page.getByRole('link', { name: 'deployed', exact: true }).waitFor();
    await page.getByText("Users in the functions' logs of the last 15 minutes.").waitFor();
  });

  test('is found by the bucket, and shown by what the functions logged', async () => {
    const uri = (await pipeline.row('deployed'))?.s3_bucket_uri?.S ?? '';
    const found = await open(`/?q=${encodeURIComponent(uri)}`);
    await found.getByRole('link', { name: 'deployed', exact: true }).click();
    await found.locator('.heading .verdict').filter({ hasText: 'done' }).waitFor();
    const steps = (await found.locator('.step .name').allInnerTexts()).sort();
    expect(steps).toEqual([expect.stringContaining('bucket-service'), expect.stringContaining('uri-recorder')]);
    await found.getByText(uri, { exact: true }).waitFor();
  });
});

test('the flow has the numbers of CloudWatch', async () => {
  const page = await open('/flow');
  const row = page.getByRole('row').filter({ hasText: 'uri-recorder, function' });
  expect(await row.locator('td').first().textContent()).toBe('1');
});

test('nothing may be changed, and the view says how', async () => {
  const page = await open('/register');
  await page.getByText('npx pipeline register').first().waitFor();
  expect(await page.getByRole('button', { name: 'Register' }).count()).toBe(0);
});

describe('given --write', () => {
  let writing: RunningCommand;
  let address: string;
  beforeAll(async () => {
    writing = await start('--write');
    [, address = ''] = await writing.shows(/: (http:\/\/127\.0\.0\.1:\d+)\nCtrl-C stops it\./);
  });
  afterAll(async () => {
    expect(await writing.stop()).toBe(0);
  });

  test('a user may be registered', async () => {
    const page = await browser.open(`${address}/register`);
    await page.getByText('AWS, may change').waitFor();
    await page.getByLabel('User id', { exact: true }).fill('written');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await pipeline.recorded('written');
  });

  test('the bus is watched by a temporary rule and queue, which are removed when that is stopped', async () => {
    const page = await browser.open(`${address}/events`);
    await page.getByRole('button', { name: 'Make them, and watch the bus' }).click();
    const job = page.locator('main .job');
    await pipeline.waitFor('the temporary rule', ({ operation }) => operation === 'PutTargets');
    await job.getByRole('button', { name: /^Stop/ }).click();
    await job.getByText('The temporary rule and queue are removed.').waitFor();
    await expect(leftBehind(pipeline)).resolves.toEqual(NOTHING);
    await page.getByRole('button', { name: 'Watch again' }).waitFor();
  });
});

test('there is no lab: no tab, its address says why, and the server refuses it by name', async () => {
  const page = await open('/lab');
  await page.getByText('The lab breaks things on purpose, so it works on a local engine only.').waitFor();
  expect(await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Lab' }).count()).toBe(0);
  for (const path of [
    'skip/preview?span=61s',
    'kill/preview?subscriber=uri-recorder',
    'lesson/preview?id=all-uris-lost',
  ]) {
    const response = await fetch(`${url}/api/lab/${path}`);
    expect([path, response.status, await response.json()]).toEqual([
      path,
      400,
      { error: expect.stringContaining(`works on a local engine only, and ${STACK} is on AWS`) },
    ]);
  }
});
