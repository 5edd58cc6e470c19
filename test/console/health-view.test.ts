import { DisableRuleCommand } from '@aws-sdk/client-eventbridge';
import { PipesClient, StopPipeCommand } from '@aws-sdk/client-pipes';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ruleOfArn } from '../../operations/deployed/subscribers.ts';
import { pipeline as command } from '../support/cli.ts';
import { TestConsole, useConsole } from '../support/console-page.ts';

const run = useConsole();

const card = (page: Page, name: string) => page.getByRole('region', { name: `Check: ${name}`, exact: true });
/** Waits until a check has that verdict. */
const stands = (page: Page, name: string, status: string) =>
  page.locator(`section[aria-label="Check: ${name}"][data-status=${status}]`).waitFor();

const disableRule = async () => {
  const { name: Name, bus: EventBusName } = ruleOfArn(run.pipeline.output('UriRecorderRuleArn'));
  await run.pipeline.events.send(new DisableRuleCommand({ Name, EventBusName }));
};
const stopPipe = async () => {
  const client = new PipesClient({
    endpoint: run.pipeline.engine.endpoint,
    region: run.pipeline.engine.account.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(new StopPipeCommand({ Name: run.pipeline.output('PipeName') }));
  client.destroy();
};

test('given a disabled rule and a stopped pipe, each is found, and fixed by its button', async () => {
  await run.pipeline.register('ada');
  await run.pipeline.recorded('ada');
  await disableRule();
  // It gets its bucket, and no URI.
  await run.pipeline.register('ben');
  await run.pipeline.waitFor(
    'the event that the rule does not take',
    ({ hop, detailType }) => {
      return hop === 'event' && detailType === 'BucketCreated';
    },
    2,
  );
  await stopPipe();
  const page = await run.open('/health');
  await page.getByText('2 problems found').waitFor();
  await stands(page, 'queue', 'ok');
  await stands(page, 'rule', 'problem');
  const { stdout } = await command(['doctor', '--json', '--port', run.pipeline.port]);
  const { findings }: Doctor = JSON.parse(stdout);
  const told = findings.filter(({ status }) => status !== 'ok').map(({ fix }) => fix);
  const shown = await page.locator('.check.problem code').allTextContents();
  expect(shown.toSorted()).toEqual(told.toSorted());

  await card(page, 'rule').getByRole('button', { name: 'Enable the rule' }).click();
  await stands(page, 'rule', 'ok');
  await card(page, 'pipe').getByRole('button', { name: 'Start the pipe' }).click();
  await stands(page, 'pipe', 'ok');
  await page.getByText('All is well.').waitFor();
  await run.pipeline.register('cyd');
  await run.pipeline.recorded('cyd');
});

interface Doctor {
  readonly findings: readonly { readonly status: string; readonly fix?: string }[];
}

test('given a user without URI, it is found, leads to the user, and is fixed by an event', async () => {
  const page = await run.open('/health');
  const reconcile = page.getByRole('region', { name: 'Users and buckets' });
  await reconcile.getByRole('button', { name: 'Compare them' }).click();
  await reconcile.getByRole('heading', { name: '1 user without URI' }).waitFor();
  expect(await reconcile.getByRole('link', { name: 'ben' }).getAttribute('href')).toBe('/user?id=ben');
  await reconcile.getByText('Put 1 event on the bus?').waitFor();
  // Another page of this console knows it too.
  await page.reload();
  await reconcile.getByRole('heading', { name: '1 user without URI' }).waitFor();
  await reconcile.getByRole('button', { name: 'Fix it' }).click();
  await reconcile.getByText('Fixed: 1 of 1.').waitFor();
  await reconcile.getByText('Nothing to fix: every user has a bucket, every bucket a user.').first().waitFor();
  expect((await run.pipeline.row('ben'))?.s3_bucket_uri?.S).toMatch(/^s3:/);
});

test('given a dead letter, its alarm is on, with the command and the entry of the runbook', async () => {
  const page = await run.open('/health');
  const alarms = page.getByRole('region', { name: 'Alarms', exact: true });
  await alarms.getByText(/^(\d+) of \1 alarms OK$/).waitFor();
  const QueueUrl = run.pipeline.output('UriRecorderDlqUrl');
  await run.pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  const alarm = alarms.locator('[data-alarm=ALARM]');
  await alarm.getByText('uri-recorder: the dead-letter queue holds messages').waitFor();
  await alarm.getByText(`npx pipeline dlq show --subscriber uri-recorder --port ${run.pipeline.port}`).waitFor();
  await alarm.getByText('docs/runbook.md#3-a-subscriber-was-broken-for-an-hour').waitFor();
  expect(await page.getByRole('region', { name: 'Dead letters', exact: true }).textContent()).toContain(
    'alarm: greater than or equal to 1',
  );
});

test('the numbers are those of the command, for the time in the address', async () => {
  const page = await run.open('/health');
  await page.locator('main').getByRole('combobox').selectOption('6h');
  await page.waitForURL(/span=6h/);
  await page.reload();
  await page.getByText('npx pipeline metrics --since 6h').waitFor();
  const { stdout } = await command(['metrics', '--since', '6h', '--json', '--port', run.pipeline.port]);
  const { graphs }: Metrics = JSON.parse(stdout);
  const handled = graphs.find(({ title }) => title === 'Events handled')?.metrics ?? [];
  expect(handled.map(({ whole }) => whole)).toEqual([3, 3]);
  const graph = page.getByRole('region', { name: 'Events handled', exact: true });
  for (const { label, whole } of handled) {
    expect(await graph.getByRole('row').filter({ hasText: label }).locator('td').first().textContent()).toBe(
      String(whole),
    );
  }
  // The chart is a picture; the table has what it shows.
  await graph.getByText('Values by time').click();
  const values = graph.getByRole('table', { name: 'Events handled by time' });
  // The minutes of the tests may fall into two periods, and one of them have no value of a line.
  const cells = (await values.locator('tbody td').allTextContents()).filter((cell) => cell !== '–');
  expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(6);
  const drawn = await page.evaluate(`(() => {
    const canvas = document.querySelector('[aria-label="Events handled"] canvas');
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((part) => part > 0).length;
  })()`);
  expect(drawn).toBeGreaterThan(100);
});

interface Metrics {
  readonly graphs: readonly {
    readonly title: string;
    readonly metrics: readonly { readonly label: string; readonly whole: number }[];
  }[];
}

test('given a console that is read-only, it shows the command instead, and the server refuses the rest', async () => {
  await disableRule();
  const readOnly = await TestConsole.start(run.pipeline, { isWritable: false });
  const page = await run.browser.open(`${readOnly.url}/health`);
  await stands(page, 'rule', 'problem');
  await card(page, 'rule').getByText('events enable-rule').waitFor();
  expect(await card(page, 'rule').getByRole('button', { name: 'Enable the rule' }).count()).toBe(0);
  const post = async (path: string) => {
    const headers = { 'content-type': 'application/json', 'x-console-token': await readOnly.token() };
    return (await fetch(readOnly.url + path, { method: 'POST', headers, body: '{}' })).status;
  };
  expect([await post('/api/health/repair'), await post('/api/reconcile/fix')]).toEqual([403, 403]);
  // To compare changes nothing.
  const reconcile = page.getByRole('region', { name: 'Users and buckets' });
  await reconcile.getByRole('button', { name: 'Compare them' }).click();
  await reconcile.getByText('Nothing to fix').first().waitFor();
  await readOnly.stop();
  expect(readOnly.bugs).toEqual([]);
});
