import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestConsole } from '../support/console-page.ts';
import { Pipeline } from '../support/pipeline.ts';
import { sendRaw } from '../support/raw-http.ts';

let pipeline: Pipeline;
let console: TestConsole;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  console = await TestConsole.start(pipeline);
});
afterAll(async () => {
  await console.stop();
  await pipeline.stop();
  expect(console.bugs).toEqual([]);
});

const register = (body: unknown, headers: Readonly<Record<string, string>>, at = console) =>
  fetch(`${at.url}/api/register`, { method: 'POST', headers, body: JSON.stringify(body) });
const asPage = async (at = console) => ({ 'content-type': 'application/json', 'x-console-token': await at.token() });
const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error;
const errorIn = ({ body }: { readonly body: string }) => (JSON.parse(body) as { error: string }).error;

describe('requests that do not come from the page', () => {
  test.each(['elsewhere.example', 'elsewhere.example:80', 'console.localhost', '127.0.0.2'])(
    'gets nothing under the name %s, also not the token',
    async (host) => {
      const answer = await sendRaw(console.url, ['GET / HTTP/1.1', `Host: ${host}`]);
      expect(answer.status).toBe(403);
      expect(errorIn(answer)).toMatch(/is not the console's\. Open the console as 127\.0\.0\.1/);
      expect(answer.body).not.toContain(await console.token());
    },
  );

  test.each([
    ['Origin: https://elsewhere.example', /origin "https:\/\/elsewhere\.example"/],
    ['Origin: null', /origin "null"/],
    ['Sec-Fetch-Site: cross-site', /Sec-Fetch-Site: "cross-site"/],
    ['Sec-Fetch-Site: same-site', /Sec-Fetch-Site: "same-site"/],
  ])('as a page with %s, reads nothing', async (header, reason) => {
    for (const path of ['/', '/api/console', '/api/user?id=a', '/assets/icon.svg']) {
      const answer = await sendRaw(console.url, [`GET ${path} HTTP/1.1`, `Host: ${console.host}`, header]);
      expect([answer.status, errorIn(answer)]).toEqual([403, expect.stringMatching(reason)]);
    }
  });

  test('as a page of another origin that knows the token, changes nothing', async () => {
    const response = await register({ userIds: ['mallory'] }, { ...(await asPage()), origin: 'http://localhost:1' });
    expect([response.status, await errorOf(response)]).toEqual([403, expect.stringContaining('another origin')]);
    expect(await pipeline.row('mallory')).toBeUndefined();
  });
});

describe('what changes something', () => {
  test.each([
    ['no token', {}],
    ['an empty token', { 'x-console-token': '' }],
    ['the token of another run', { 'x-console-token': 'A'.repeat(43) }],
  ])('given %s, is refused', async (_what, headers) => {
    const response = await register({ userIds: ['mallory'] }, { 'content-type': 'application/json', ...headers });
    expect(response.status).toBe(403);
    expect(await errorOf(response)).toMatch(/has not this run's token in x-console-token\. Reload the page/);
    expect(await pipeline.row('mallory')).toBeUndefined();
  });

  test('given a form, which any page can send, is refused', async () => {
    const response = await register({}, { ...(await asPage()), 'content-type': 'text/plain' });
    expect([response.status, await errorOf(response)]).toEqual([415, expect.stringContaining('is not JSON')]);
  });

  test('given a console that is read-only, is refused, with the token too', async () => {
    const readOnly = await TestConsole.start(pipeline, { isWritable: false });
    const response = await register({ userIds: ['mallory'] }, await asPage(readOnly), readOnly);
    await readOnly.stop();
    expect(response.status).toBe(403);
    expect(await errorOf(response)).toBe(
      'The console is read-only. To change something, start it with --stack NAME --write.',
    );
    expect(await pipeline.row('mallory')).toBeUndefined();
  });

  test.each([
    [{ userIds: [''] }, /must not be empty/],
    [{ userIds: [1] }, /not a list of texts/],
    [{ userIds: [] }, /from 1 to 100; got 0/],
    [{ count: 101 }, /from 1 to 100; got 101/],
    [{ count: 'x' }, /from 1 to 100; got x/],
    [{}, /from 1 to 100/],
    [[], /not a JSON object/],
    ['text', /not a JSON object/],
  ])('given %j, says what is wrong, and changes nothing', async (body, reason) => {
    const response = await register(body, await asPage());
    expect([response.status, await errorOf(response)]).toEqual([400, expect.stringMatching(reason)]);
  });

  test('given more than it takes, says so', async () => {
    const response = await register({ userIds: ['x'.repeat(2 ** 20)] }, await asPage());
    expect([response.status, await errorOf(response)]).toEqual([400, expect.stringContaining('larger than 1048576')]);
  });

  test('given the token and a user id, registers the user', async () => {
    const response = await register({ userIds: ['wanda'] }, await asPage());
    expect([response.status, await response.json()]).toEqual([
      200,
      { reports: [{ userId: 'wanda', status: 'registered' }] },
    ]);
    await pipeline.recorded('wanda');
  });
});

describe('every answer', () => {
  test.each(['/', '/user?id=a', '/assets/icon.svg', '/api/console', '/nothing', '/api/users'])(
    'such as that of %s, lets the page load and run only what is its own',
    async (path) => {
      const end = new AbortController();
      const { headers } = await fetch(console.url + path, { signal: end.signal });
      end.abort();
      const policy = headers.get('content-security-policy')?.split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "frame-ancestors 'none'",
          "form-action 'none'",
          "require-trusted-types-for 'script'",
        ]),
      );
      expect(policy?.join()).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    },
  );

  test('is of this machine alone: the console listens on 127.0.0.1', () => {
    expect(console.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('given an address that it does not have, says so', async () => {
    const response = await fetch(`${console.url}/api/nothing`);
    expect([response.status, await errorOf(response)]).toEqual([404, 'The console has no GET /api/nothing.']);
    expect((await fetch(`${console.url}/constructor`)).status).toBe(404);
  });
});

describe('a stream', () => {
  test('given the id of its last item, gives what has changed since, and not that item again', async () => {
    const path = '/api/user?id=theo';
    const { id, data } = await first(path);
    expect(data).toMatchObject({ userId: 'theo', row: { exists: false } });
    const next = first(path, id);
    await pipeline.register('theo');
    const { id: nextId, data: changed } = await next;
    expect(nextId).not.toBe(id);
    expect(changed).toMatchObject({ userId: 'theo', row: { exists: true } });
    // A browser that was away sees the same as one that stayed.
    await pipeline.recorded('theo');
    await pipeline.idle();
    expect((await first(path, id)).data).toMatchObject({ registrations: [{ verdict: 'done' }] });
  });

  test('given that id in its address, as a page has it that asks again, gives what came since', async () => {
    await pipeline.register('tina');
    await pipeline.recorded('tina');
    await pipeline.idle();
    const { id, data } = await first('/api/events');
    expect(JSON.stringify(data)).toContain('"userId":"tina"');
    await pipeline.register('tom');
    const since = await first(`/api/events?${new URLSearchParams({ after: id })}`);
    expect(JSON.stringify(since.data)).not.toContain('"userId":"tina"');
  });

  test('given an impossible user id, says why', async () => {
    const { body } = await fetch(`${console.url}/api/user?id=`);
    expect(await new Response(body).text()).toContain(
      'retry: 5000\nevent: failure\ndata: {"error":"a user id must not be empty"}\n\n',
    );
  });
});

test('given more streams than a browser can have open beside its other requests, the longest one ends its turn', async () => {
  const own = await TestConsole.start(pipeline);
  const open = async () => {
    const end = new AbortController();
    const { body } = await fetch(`${own.url}/api/user?id=toni`, { signal: end.signal });
    const chunks = (body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    let text = '';
    /** Reads until the stream has sent that. */
    const reads = async (wanted: RegExp): Promise<void> => {
      while (!wanted.test(text)) {
        const { value, done } = await chunks.next();
        if (done) throw new Error(`The stream ended: ${text}`);
        text += Buffer.from(value).toString();
      }
    };
    return { end, reads, ends: () => chunks.next() };
  };
  const pages: Awaited<ReturnType<typeof open>>[] = [];
  for (let page = 1; page <= 5; page++) {
    const next = await open();
    await next.reads(/^data: .*"userId":"toni"/m);
    pages.push(next);
  }
  await pages[0]?.reads(/\nretry: 2000\nevent: turn\ndata: {}\n\n$/);
  expect(await pages[0]?.ends()).toMatchObject({ done: true });
  // The others go on.
  await pipeline.register('toni');
  for (const { reads, end } of pages.slice(1)) {
    await reads(/"exists":true/);
    end.abort();
  }
  await own.stop();
});

test('given browsers that leave at once, it asks for nothing on their behalf, and the next stream begins at once', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const { hostname: host, port } = new URL(console.url);
  const gone = Array.from({ length: 20 }, () => {
    const socket = connect({ host, port: Number(port) });
    socket.end(`GET /api/user?id=early HTTP/1.1\r\nHost: ${console.host}\r\n\r\n`, () => socket.destroy());
    return once(socket, 'close');
  });
  await Promise.all(gone);
  expect((await first('/api/user?id=early')).data).toMatchObject({ userId: 'early' });
  while (timers() > before) await new Promise((resolve) => setImmediate(resolve));
});

test('with no page open any more, it asks the engine for nothing and waits for nothing', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const calls = () => pipeline.entries(({ hop }) => hop === 'api-call').length;
  const before = timers();
  for (const path of ['/api/users', '/api/user?id=theo']) await first(path);
  // A stream that went on would have a timer for its next question, for ever.
  while (timers() > before) await new Promise((resolve) => setImmediate(resolve));
  const known = [timers(), calls()];
  const idle = await TestConsole.start(pipeline);
  expect([timers(), calls()]).toEqual(known);
  await idle.stop();
});

/** Reads the first item of a stream, and leaves: the loop ends the request. */
async function first(path: string, lastId?: string) {
  const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
  const { body } = await fetch(console.url + path, { headers });
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const [, id, data] = /^id: (.*)\ndata: (.*)$/m.exec(text) ?? [];
    if (id !== undefined && data !== undefined) return { id, data: JSON.parse(data) as object };
  }
  throw new Error(`The stream ended: ${text}`);
}
