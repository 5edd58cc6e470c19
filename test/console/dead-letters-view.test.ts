import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { DlqPreview } from '../../console/contract/dead-letters.ts';
import { dlq, envelope, failHandling, send } from '../pipeline/dead-letters.ts';
import { pipeline as command, jsonLines } from '../support/cli.ts';
import { TestConsole, useConsole } from '../support/console-page.ts';
import { isEvent } from '../support/pipeline.ts';

const run = useConsole();

const openView = (query = '') => run.open(`/dead-letters${query}`);
const causes = (page: Page, text: string) => page.locator('.cause').filter({ hasText: text });
const queued = async () => {
  const [listed] = jsonLines(await dlq(run.pipeline, 'list', '--subscriber', 'bucket-service', '--json'));
  return { messages: Number(listed?.messages), inFlight: Number(listed?.inFlight) };
};
/** The arguments of a command that the page shows. */
const argumentsIn = (text: string) => text.replace('npx pipeline ', '').split(' ');

describe('a poison event', () => {
  test('is found by its cause, understood, and redriven when the cause is fixed', async () => {
    await failHandling(run.pipeline, 'alice', 'bob');
    const page = await openView();
    const cause = causes(page, 'TooManyBuckets');
    await cause.getByText('2 messages of bucket-service, UserRegistered, for 2 users').waitFor();
    await cause.getByText(/^What helps: .*quota/).waitFor();

    await cause.locator('.dlq-row').filter({ hasText: 'alice' }).filter({ hasText: '5 attempts' }).press('Enter');
    const details = cause.locator('.dlq-details');
    await details.getByText(/^What the function logged at/).click();
    const [payload, line] = await details.locator('pre').allInnerTexts();
    expect(JSON.parse(payload ?? '')).toMatchObject({ detail: { data: { userId: 'alice' } } });
    expect(JSON.parse(line ?? '')).toMatchObject({ level: 'ERROR', problem: expect.stringMatching(/TooManyBuckets/) });
    await page.reload();
    await details.getByRole('link', { name: 'What happened to alice' }).click();
    await page.getByRole('heading', { name: 'alice' }).waitFor();
    await page.getByRole('link', { name: 'Why, and redrive it' }).click();
    await causes(page, '1 message of bucket-service, UserRegistered, for 1 user').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await cause.getByText('2 messages of bucket-service').waitFor();

    await cause.getByRole('button', { name: /^Redrive/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Redrive' });
    const row = dialog.locator('tr').filter({ hasText: 'bucket-service' });
    const preview = await row.locator('td').textContent();
    const said = await command([...argumentsIn((await dialog.locator('code').textContent()) ?? ''), '--dry-run']);
    expect(said.stdout).toBe(`bucket-service  ${preview}\n`);
    expect(preview).toBe('2 handler failures to its queue, for alice, bob');

    await dialog.getByRole('button', { name: 'Redrive 2 messages' }).click();
    const job = page.locator('[data-job=done]');
    await job.getByText('bucket-service: 2 of 2 redriven').waitFor();
    for (const user of ['alice', 'bob']) expect((await run.pipeline.recorded(user)).s3_bucket_uri?.S).toMatch(/^s3:/);
    await page.getByText('There are no dead letters.').waitFor();
  });
});

describe('many dead letters', () => {
  const USERS = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  beforeAll(async () => {
    for (const user of USERS) await send(run.pipeline, run.pipeline.output('BucketServiceDlqUrl'), envelope(user));
  });
  const arrived = () => {
    const own = run.pipeline.entries(({ hop, queue }) => hop === 'message' && String(queue).includes('ServiceQueue'));
    return new Set(own.map(({ body }) => JSON.parse(String(body)).detail.data.userId as string));
  };

  test('of which some are redriven: stopped in the middle, the rest is left', async () => {
    const page = await openView();
    const cause = causes(page, '20 messages of bucket-service');
    await cause.getByRole('button', { name: /^Redrive/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('spinbutton').fill('2');
    await dialog.getByRole('button', { name: 'Redrive 20 messages' }).click();
    await page
      .locator('[data-job]')
      .getByText(/^(?:[1-9]|1\d) of 20 messages$/)
      .waitFor();
    await page.locator('[data-job]').getByRole('button', { name: /^Stop/ }).click();
    await page.locator('[data-job=stopped]').waitFor();

    const { messages, inFlight } = await queued();
    expect(inFlight).toBe(0);
    expect(messages).toBeGreaterThan(0);
    expect(messages + USERS.filter((user) => arrived().has(user)).length).toBe(20);
    await causes(page, `${messages} message`).waitFor();
  });

  test('are chosen by user, which the address keeps; one is purged only by the name of its queue', async () => {
    const { messages: before } = await queued();
    const page = await openView();
    await page.getByRole('textbox', { name: 'User' }).fill('user-19');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await causes(page, '1 message of bucket-service').waitFor();
    await page.reload();
    await page.getByRole('checkbox', { name: 'Select the message about user-19' }).check();
    await page.getByRole('button', { name: 'Purge the selected messages' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete for good' });
    const others = `${before - 1} other message${before === 2 ? ' stays' : 's stay'}`;
    await dialog.getByText(`1 handler failure, for user-19; ${others}`).waitFor();
    await dialog.getByRole('textbox').fill('uri-recorder');
    await dialog.getByRole('button', { name: 'Delete 1 message for good' }).click();
    await dialog.getByText('nothing was deleted: type the name of the queue, bucket-service,').waitFor();
    expect(await queued()).toEqual({ messages: before, inFlight: 0 });

    await dialog.getByRole('textbox').fill('bucket-service');
    await dialog.getByRole('button', { name: 'Delete 1 message for good' }).click();
    await page.locator('[data-job=done]').getByText('bucket-service: 1 handler failure deleted').waitFor();
    await page.getByText('No dead letter is like that.').waitFor();
    expect(await queued()).toEqual({ messages: before - 1, inFlight: 0 });
    expect(arrived().has('user-19')).toBe(false);
  });

  test('are counted as they come, and read when someone asks', async () => {
    const page = await openView('?user=late');
    await page.getByText('No dead letter is like that.').waitFor();
    await send(run.pipeline, run.pipeline.output('BucketServiceDlqUrl'), envelope('late'));
    await page.getByText(/^There (is|are) \d+ now\.$/).waitFor();
    await page.getByRole('button', { name: 'Read again' }).click();
    await causes(page, '1 message of bucket-service').waitFor();
  });

  test('stay selected, and are read once, when the page is loaded again after earlier changes', async () => {
    const page = await openView('?user=late');
    const box = page.getByRole('checkbox', { name: 'Select the message about late' });
    await box.check();
    // The console says which jobs there were only when the dead letters were read.
    const { promise: isRead, resolve: tellJobs } = Promise.withResolvers<void>();
    await page.route('**/api/jobs', async (route) => {
      await isRead;
      await route.continue();
    });
    const reads: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/api/dead-letters') reads.push(request.url());
    });
    await page.reload();
    await box.waitFor();
    tellJobs();
    await page.locator('[data-job=done]').first().waitFor();
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
    expect(await box.isChecked()).toBe(true);
    expect(reads).toHaveLength(1);
  });

  test('of which one is edited: refused while it does not fit the contract, then sent in its place', async () => {
    const broken = envelope('edna').replace('1714458435', '"soon"');
    await send(run.pipeline, run.pipeline.output('BucketServiceDlqUrl'), broken);
    const page = await openView('?user=edna');
    await page.locator('.dlq-row').click();
    await page.getByRole('button', { name: 'Edit and redrive …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit and redrive' });
    const text = dialog.getByRole('textbox');
    const before = await text.inputValue();
    await text.fill(before.replace('"soon"', '"later"'));
    await dialog.getByRole('button', { name: 'Check' }).click();
    await dialog
      .getByText(/^the edited event does not fit its contract user-registered\.v1: .*data\.registeredAt must be/)
      .waitFor();
    expect(await dialog.getByRole('button', { name: /^Send/ }).count()).toBe(0);
    await dialog.getByText(/^npx pipeline dlq redrive --edit --subscriber bucket-service --message-id /).waitFor();

    await text.fill(before.replace('"soon"', '1714458435'));
    await dialog.getByRole('button', { name: 'Check' }).click();
    await dialog.locator('.changes').getByText('data.registeredAt', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Send it, and delete the original' }).click();
    await page.getByText('No dead letter is like that.').waitFor();
    await run.pipeline.waitFor('the bucket', (entry) => {
      return isEvent(entry, 'BucketCreated') && JSON.stringify(entry.detail).includes('"edna"');
    });
  });

  test('that cannot be chosen so are said to be', async () => {
    const page = await openView('?olderThan=long');
    await page.getByText('--older-than must be an age such as 90s, 15m, 2h or 7d; got long').waitFor();
  });
});

describe('the server', () => {
  const preview = async (at: TestConsole, action: string) => {
    const response = await fetch(`${at.url}/api/dead-letters/preview?action=${action}&queue=bucket-service`);
    return (await response.json()) as DlqPreview;
  };
  const post = async (at: TestConsole, path: string, body: object) => {
    const headers = { 'content-type': 'application/json', 'x-console-token': await at.token() };
    const response = await fetch(`${at.url}/api/dead-letters/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return [response.status, ((await response.json()) as { error?: string }).error];
  };

  test('refuses a purge without the name of the queue, and what was not shown', async () => {
    await send(run.pipeline, run.pipeline.output('BucketServiceDlqUrl'), envelope('kept'));
    const before = await queued();
    const { id, queues } = await preview(run.console, 'purge');
    expect(queues).toEqual(['bucket-service']);
    for (const names of [undefined, [], ['pipe'], ['bucket-service', 'pipe'], 'bucket-service']) {
      expect(await post(run.console, 'purge', { plan: id, names })).toEqual([
        400,
        expect.stringMatching(/^nothing was deleted: type the name of the queue, bucket-service,/),
      ]);
    }
    expect(await post(run.console, 'purge', { plan: 'x', names: queues })).toEqual([
      400,
      'what was shown is no longer known: close this, and look again',
    ]);
    expect(await post(run.console, 'redrive', { plan: id, rate: 10 })).toEqual([
      400,
      'what was shown is a purge, not a redrive',
    ]);
    const none = await preview(run.console, 'redrive&error=matches-nothing');
    expect(none.count).toBe(0);
    expect(await post(run.console, 'redrive', { plan: none.id, rate: 10 })).toEqual([
      400,
      'what was shown has no message to redrive',
    ]);
    const shown = await preview(run.console, 'redrive');
    for (const rate of [0, 501, 'fast', 1.5]) {
      expect(await post(run.console, 'redrive', { plan: shown.id, rate })).toEqual([
        400,
        expect.stringMatching(/^the rate must be a whole number from 1 to 500/),
      ]);
    }
    expect(await queued()).toEqual(before);
  });

  test('refuses changes where it is read-only; the page shows what they would do, and the command', async () => {
    const own = await TestConsole.start(run.pipeline, { isWritable: false });
    const before = await queued();
    const { id, queues } = await preview(own, 'purge');
    expect(await post(own, 'purge', { plan: id, names: queues })).toEqual([403, expect.stringMatching(/read-only/)]);
    expect(await queued()).toEqual(before);
    const page = await run.browser.open(`${own.url}/dead-letters`);
    await page
      .getByRole('button', { name: /^Purge/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^The console is read-only here/).waitFor();
    await dialog.getByText(/^npx pipeline dlq purge/).waitFor();
    expect(await dialog.getByRole('button', { name: /^Delete/ }).count()).toBe(0);
    await run.browser.closePages();
    await own.stop();
  });
});
