import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../../../services/shared/aws-client.ts';
import { CallTimes } from '../../../../services/shared/call-times.ts';

/** A clock that stands still until it is moved on. */
function clock() {
  let now = 1000;
  const pass = (ms: number) => {
    now += ms;
  };
  return { now: () => now, pass };
}

describe('times of calls', () => {
  it('are rounded, and added up by operation', async () => {
    const { now, pass } = clock();
    const calls = new CallTimes(now);
    await calls.ofEvent(async () => {
      await calls.measure('GetItem', async () => pass(2.4));
      await calls.measure('UpdateItem', async () => pass(7));
      await calls.measure('GetItem', async () => pass(3));
      expect(calls.read()).toEqual({ GetItem: 5, UpdateItem: 7 });
    });
  });

  it('of a call that fails are measured, and its error is thrown on', async () => {
    const { now, pass } = clock();
    const calls = new CallTimes(now);
    await calls.ofEvent(async () => {
      const failing = calls.measure('PutItem', async () => {
        pass(30);
        throw new Error('denied');
      });
      await expect(failing).rejects.toThrow('denied');
      pass(100);
      expect(calls.read()).toEqual({ PutItem: 30 });
    });
  });

  it('of a call that is under way count up to now', async () => {
    const { now, pass } = clock();
    const calls = new CallTimes(now);
    await calls.ofEvent(async () => {
      void calls.measure('CreateBucket', () => new Promise<never>(() => {}));
      pass(500);
      expect(calls.read()).toEqual({ CreateBucket: 500 });
    });
  });

  it('pass as those of the process do, unless there is another clock', async () => {
    const calls = new CallTimes();
    await calls.ofEvent(async () => {
      await calls.measure('GetItem', async () => {});
      expect(calls.read()?.GetItem).toBeGreaterThanOrEqual(0);
      expect(calls.read()?.GetItem).toBeLessThan(60_000);
    });
  });

  it('are absent for an event without calls, and where there is no event', async () => {
    const calls = new CallTimes();
    expect(calls.ofEvent(() => calls.read())).toBeUndefined();
    expect(await calls.measure('GetItem', async () => calls.read() ?? 'none')).toBe('none');
  });
});

it('a service’s client measures each of its calls by the operation, once with all its attempts', async () => {
  let attempts = 0;
  const server = createServer((_request, response) => {
    attempts += 1;
    response.statusCode = attempts === 1 ? 500 : 200;
    response.end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const before = process.env;
  const { port } = server.address() as AddressInfo;
  process.env = { ...before, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: 'eu-west-1' };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' });
  const calls = new CallTimes();
  const client = createClient(DynamoDBClient, { calls });
  try {
    await calls.ofEvent(async () => {
      await client.send(new GetItemCommand({ TableName: 't', Key: {} }));
      await client.send(new UpdateItemCommand({ TableName: 't', Key: {} }));
      expect(calls.read()).toEqual({ GetItem: expect.any(Number), UpdateItem: expect.any(Number) });
    });
    expect(attempts).toBe(3);
    // The SDK's own logging would copy each input and output.
    expect(client.middlewareStack.identify().join()).not.toContain('logger');
  } finally {
    process.env = before;
    client.destroy();
    server.close();
  }
});

describe('a service’s client', () => {
  type Middleware = (next: () => Promise<unknown>, context: { commandName?: string }) => () => Promise<unknown>;

  it.each([
    ['GetItemCommand', 'GetItem'],
    ['ListCommandsCommand', 'ListCommands'],
    [undefined, 'unknown'],
  ])('that sends %s calls it %s, from the first of the SDK’s steps on', async (commandName, operation) => {
    const added: { middleware: Middleware; at: object }[] = [];
    class Client {
      readonly middlewareStack = {
        add: (middleware: unknown, at: object) => void added.push({ middleware: middleware as Middleware, at }),
        remove: () => true,
      };
    }
    const calls = new CallTimes();
    createClient(Client, { calls });
    const [only, ...others] = added;
    expect(others).toEqual([]);
    expect(only?.at).toEqual({ step: 'initialize', name: 'callTimes' });
    await calls.ofEvent(async () => {
      await only?.middleware(async () => {}, { ...(commandName !== undefined && { commandName }) })();
      expect(calls.read()).toEqual({ [operation]: expect.any(Number) });
    });
  });
});
