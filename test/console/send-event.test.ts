import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { TestConsole, useConsole } from '../support/console-page.ts';
import { isEvent } from '../support/pipeline.ts';

const run = useConsole();

const published = (type: string) => run.pipeline.entries((entry) => isEvent(entry, type));
const sendButton = (page: Page) => page.getByRole('button', { name: /^Send it to/ });
const rowsOf = (page: Page, type: string) => page.locator('li .event-row').filter({ hasText: type });

test('an event is copied, changed, refused while it is not valid, sent, and seen in the list and in its user’s waterfall', async () => {
  await run.pipeline.register('original');
  await run.pipeline.recorded('original');
  const page = await run.open('/events?type=UserRegistered');
  await rowsOf(page, 'UserRegistered').click();
  await page.getByRole('button', { name: 'Copy as a new event' }).click();
  const panel = page.locator('.send-panel');
  const userId = panel.getByLabel('userId');
  await panel.getByText('Valid by its contract user-registered.v1').waitFor();
  expect(await userId.inputValue()).toBe('original');

  await userId.fill('');
  await panel.getByText('userId must NOT have fewer than 1 characters', { exact: true }).waitFor();
  expect(await userId.getAttribute('aria-invalid')).toBe('true');
  expect(await sendButton(page).isDisabled()).toBe(true);
  await panel.getByLabel('registeredAt').fill('soon');
  await panel.getByText('registeredAt must be integer', { exact: true }).waitFor();
  await panel.getByRole('button', { name: 'now' }).click();
  await userId.fill('copied');
  await panel.getByText('Valid by its contract user-registered.v1').waitFor();
  await panel.getByText(/^✓ bucket-service gets it$/).waitFor();
  await panel
    .getByText(
      /^– uri-recorder does not match: .*detail-type does not accept "UserRegistered"; the rule asks that it is BucketCreated$/,
    )
    .waitFor();

  // What was typed is still there after a reload.
  await page.reload();
  expect(await userId.inputValue()).toBe('copied');
  await panel.getByText('As code').click();
  expect(await panel.locator('pre').first().textContent()).toMatch(/^npx pipeline events put - --port \d+ <<'EVENT'\n/);

  const [original] = published('UserRegistered');
  await sendButton(page).click();
  await panel.getByText(/^Sent UserRegistered with the event id/).waitFor();
  await page.locator('li .event-row').getByText('copied', { exact: true }).waitFor();
  const ids = (original as unknown as { detail: { metadata: { eventId: string } } }).detail.metadata;
  expect(published('UserRegistered').at(-1)).toMatchObject({
    source: 'users-table',
    detail: { metadata: { correlationId: ids.eventId, causationId: ids.eventId }, data: { userId: 'copied' } },
  });
  await panel.getByRole('link', { name: 'What happens to this user' }).click();
  await page.getByRole('heading', { name: 'copied' }).waitFor();
  await page.getByText('handles UserRegistered').first().waitFor();
});

test('a new event begins with a sample, in the form or as JSON, and what the form cannot show stays', async () => {
  const page = await run.open('/events');
  await page.getByRole('button', { name: 'Send an event' }).click();
  const panel = page.locator('.send-panel');
  await panel.getByRole('combobox', { name: 'Event' }).selectOption({ label: 'BucketCreated, version 1' });
  await panel.getByText('Valid by its contract bucket-created.v1').waitFor();
  await panel.getByText(/^✓ uri-recorder gets it$/).waitFor();
  await panel.getByRole('button', { name: 'Edit as JSON' }).click();
  const json = panel.getByLabel('Detail, as JSON');
  const detail = JSON.parse(await json.inputValue()) as { data: { userId: string } };
  await json.fill('{');
  await panel.getByText('This is no JSON object.').waitFor();
  expect(await sendButton(page).isDisabled()).toBe(true);
  await json.fill(JSON.stringify({ ...detail, data: { ...detail.data, userId: 'by-json', colour: 'red' } }));
  await panel.getByRole('button', { name: 'Edit in the form' }).waitFor({ state: 'detached' });
  await panel.getByText('Valid by its contract bucket-created.v1').waitFor();
  await sendButton(page).click();
  await panel.getByText(/^Sent BucketCreated/).waitFor();
  const sent = published('BucketCreated').find((entry) => JSON.stringify(entry.detail).includes('by-json'));
  expect(sent).toMatchObject({ source: 'bucket-service', detail: { data: { colour: 'red' } } });
});

test('where the console is read-only, an event is tried and given as code, and the server sends none', async () => {
  const own = await TestConsole.start(run.pipeline, { isWritable: false });
  const page = await run.browser.open(`${own.url}/events?send=new&sample=user-registered.v1.korean-id`);
  await page.getByText('Valid by its contract user-registered.v1').waitFor();
  await page.getByText('The console is read-only here.').waitFor();
  expect(await sendButton(page).count()).toBe(0);
  // The command gives the event its ids itself: with others it would be a copy of an event that there is not.
  await page.getByText('As code', { exact: true }).click();
  const [command = '', awsCli = ''] = await page.locator('.code pre').allInnerTexts();
  expect([command.includes('eventId'), awsCli.includes('eventId')]).toEqual([false, true]);
  const headers = { 'content-type': 'application/json', 'x-console-token': await own.token() };
  const body = JSON.stringify({
    event: { 'detail-type': 'UserRegistered', detail: { data: { userId: 'x', registeredAt: 1 } } },
  });
  const { status } = await fetch(`${own.url}/api/events/send`, { method: 'POST', headers, body });
  expect(status).toBe(403);
  // What is no event is refused, and is no bug.
  for (const event of ['', '[]', '{"detail-type":1}', '{"detail-type":"A","detail":[]}']) {
    const answer = await fetch(`${own.url}/api/events/try?${new URLSearchParams({ event })}`);
    expect([event, answer.status]).toEqual([event, 400]);
  }
  await own.stop();
  expect(own.bugs).toEqual([]);
});
