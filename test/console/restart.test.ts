import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestBrowser, TestConsole } from '../support/console-page.ts';
import { Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
let console: TestConsole;
let browser: TestBrowser;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  [console, browser] = await Promise.all([TestConsole.start(pipeline), TestBrowser.start()]);
});
afterAll(async () => {
  await browser.stop();
  await console.stop();
  await pipeline.stop();
  expect([console.bugs, browser.errors]).toEqual([[], []]);
});

async function post(path: string, body: object) {
  const headers = { 'content-type': 'application/json', 'x-console-token': await console.token() };
  const response = await fetch(console.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, error: ((await response.json()) as { error?: string }).error };
}
const get = async (path: string) => (await fetch(console.url + path)).json();

/** Starts a job, and waits until it has ended. */
async function finish(path: string, body: object): Promise<void> {
  expect(await post(path, body)).toMatchObject({ status: 200 });
  for (;;) {
    const { jobs } = (await get('/api/jobs')) as { jobs: readonly { endedAt?: number; problem?: string }[] };
    if (jobs.every(({ endedAt }) => endedAt !== undefined)) return expect(jobs[0]?.problem).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('given another engine at the same port, an open page shows what that one has, and nothing of the old is put there', async () => {
  await pipeline.register('before');
  await pipeline.recorded('before');
  await pipeline.idle();
  const choice = { from: '1h', subscribers: 'uri-recorder', users: 'before' };
  await finish('/api/replay/read', choice);
  expect(await get(`/api/replay/chosen?${new URLSearchParams(choice)}`)).toMatchObject({ read: { events: 1 } });
  const UpdateExpression = 'REMOVE s3_bucket_uri';
  const Key = { userId: { S: 'before' } };
  await pipeline.dynamodb.send(new UpdateItemCommand({ TableName: pipeline.table, Key, UpdateExpression }));
  await finish('/api/reconcile', {});
  const { survey } = (await get('/api/reconcile')) as { survey: { id: string; summary: string } };
  expect(survey.summary).toBe('events can fix 1.');
  const page = await browser.open(`${console.url}/events`);
  await page.getByText('before', { exact: true }).first().waitFor();

  const port = Number(pipeline.port);
  await pipeline.stop();
  await page.getByText(/^no local engine at .*; start one with npm start/).waitFor();
  // What was known stays, with the time from which on it is old.
  await page.getByText('not live since').waitFor();
  expect(await page.getByText('before', { exact: true }).count()).toBeGreaterThan(0);
  pipeline = await Pipeline.startUndisturbed({ port });
  await pipeline.register('after');
  await pipeline.recorded('after');
  await page.getByText('after', { exact: true }).first().waitFor();
  await page.getByText('before', { exact: true }).first().waitFor({ state: 'detached' });
  expect(await post('/api/reconcile/fix', { survey: survey.id })).toEqual({
    status: 400,
    error: 'what would be fixed is no longer known: compare again, look at it, then fix it',
  });
  expect(await get(`/api/replay/chosen?${new URLSearchParams(choice)}`)).toEqual({});
  expect(await post('/api/replay/send', choice)).toEqual({
    status: 502,
    error: 'the events for this choice are not read; read them first',
  });
});

test('given a console that was started again, an open page says what to do before it changes something', async () => {
  const page = await browser.open(`${console.url}/register`);
  const { port } = new URL(console.url);
  await console.stop();
  const { bugs } = console;
  console = await TestConsole.start(pipeline, { port: Number(port) });
  console.bugs.push(...bugs);
  await page.getByRole('textbox', { name: 'User id' }).fill('too-early');
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByText(/Reload the page: the console was started again/).waitFor();
  expect(await pipeline.row('too-early')).toBeUndefined();
  // The browser notes the refusal, which the page shows.
  expect(browser.errors.splice(0)).toEqual([expect.stringContaining('403')]);
});
