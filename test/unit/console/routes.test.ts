import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTES } from '../../../console/server/routes.ts';
import { TestConsole } from '../../support/console-page.ts';
import { sendRaw } from '../../support/raw-http.ts';

/** No engine listens there: what a route asks of AWS fails, and what it refuses before does not come so far. */
const NO_ENGINE = { target: { port: 1 } };

/** What a read-only console lets a page start: both change nothing at AWS. */
const CHANGE_NOTHING = ['POST /api/jobs/stop', 'POST /api/reconcile'];

let writable: TestConsole;
let readOnly: TestConsole;
beforeAll(async () => {
  writable = await TestConsole.start(undefined, NO_ENGINE);
  readOnly = await TestConsole.start(undefined, { ...NO_ENGINE, isWritable: false });
});
afterAll(async () => {
  await Promise.all([writable.stop(), readOnly.stop()]);
  expect([writable.bugs, readOnly.bugs]).toEqual([[], []]);
});

const routes = Object.entries(ROUTES).map(([address, { kind }]) => {
  const [method = '', path = ''] = address.split(' ');
  return { address, method, path, kind };
});
const posts = routes.filter(({ method }) => method === 'POST');

async function post(console: TestConsole, path: string, headers: Readonly<Record<string, string>>, body = '{}') {
  const response = await fetch(console.url + path, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}
const JSON_TYPE = { 'content-type': 'application/json' };
const asPage = async (console: TestConsole) => ({ ...JSON_TYPE, 'x-console-token': await console.token() });

test('every route that changes something is a POST, and every POST changes something', () => {
  for (const { method, kind } of routes) expect([kind, method]).toEqual([kind, isChange(kind) ? 'POST' : 'GET']);
});

function isChange(kind: string): boolean {
  return kind === 'change' || kind === 'job';
}

test('a read-only console refuses every change and job to the page itself, except what changes nothing', async () => {
  const headers = await asPage(readOnly);
  const admitted: string[] = [];
  for (const { address, path } of posts) {
    const { status, text } = await post(readOnly, path, headers, '{"id":"of no job"}');
    if (status === 403) expect(text).toContain('The console is read-only. To change something, start it with');
    else admitted.push(address);
  }
  expect(admitted.sort()).toEqual(CHANGE_NOTHING);
});

describe.each(posts)('$address', ({ path }) => {
  test('is refused without the token, as a form, and to a page of another origin that knows the token', async () => {
    const page = await asPage(writable);
    expect(await post(writable, path, JSON_TYPE)).toMatchObject({ status: 403 });
    expect(await post(writable, path, { ...page, 'x-console-token': await readOnly.token() })).toMatchObject({
      status: 403,
    });
    expect(await post(writable, path, { ...page, 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await post(writable, path, { ...page, origin: 'http://localhost:1' })).toMatchObject({ status: 403 });
    expect(await post(writable, path, { ...page, 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
  });

  test.each([
    ['objects that are no text', { toString: 1, valueOf: 1 }],
    ['lists', [null, {}]],
    ['names of prototypes', '__proto__'],
  ])('given %s in every field, takes nothing for a bug of its own', async (_what, value) => {
    const body = JSON.stringify(Object.fromEntries(FIELDS.map((name) => [name, value])));
    expect([200, 400, 502]).toContain((await post(writable, path, await asPage(writable), body)).status);
  });
});

/** The fields of all bodies. */
const FIELDS = (
  'id userIds count names plan rate text event from to subscribers users notDone name check subject detail survey span ' +
  'subscriber moment runs operation effect code delayMs nth times all'
).split(' ');

test.each(routes.filter(({ method }) => method === 'GET'))(
  '$address says nothing to a page of another origin',
  async ({ path }) => {
    const head = [`GET ${path} HTTP/1.1`, `Host: ${writable.host}`, 'Sec-Fetch-Site: cross-site'];
    const answer = await sendRaw(writable.url, head);
    expect(answer.status).toBe(403);
    expect(answer.head).toContain("require-trusted-types-for 'script'");
  },
);

test('given much more than it takes, answers before the connection ends', async () => {
  const head = [
    'POST /api/register HTTP/1.1',
    `Host: ${writable.host}`,
    'Content-Type: application/json',
    `X-Console-Token: ${await writable.token()}`,
    `Content-Length: ${2 ** 23}`,
  ];
  const answer = await sendRaw(writable.url, head, Buffer.alloc(2 ** 23, 'x'));
  expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('larger than 1048576')]);
});

test.each(['31d', '9999999d'])('given numbers of %s, which a page cannot draw, names the command', async (span) => {
  const text = await (await fetch(`${writable.url}/api/metrics?span=${span}`)).text();
  expect(text).toContain(
    `"error":"the page shows at most 30d; got ${span}; for the numbers of more, use npx pipeline metrics`,
  );
});
