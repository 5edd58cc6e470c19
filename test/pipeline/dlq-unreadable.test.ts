import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Ended, jsonLines, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { BrokenUsers } from './broken-users.ts';
import { envelope, send } from './dead-letters.ts';

let pipeline: Pipeline;
let sqs: Server;
let origin: string;
/** The message that nobody can read. */
const BAD = 'unreadable';

beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  const users = new BrokenUsers(pipeline);
  await users.register('dora');
  await users.loseBucket(await users.bucketOf('dora'));
  await users.loseUri('dora');
  const dlq = pipeline.output('BucketServiceDlqUrl');
  for (const user of ['alice', 'bob', 'carol']) await send(pipeline, dlq, envelope(user));
  await send(pipeline, dlq, envelope(BAD));
  sqs = createServer(poisoned);
  await once(sqs.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(sqs.address() as AddressInfo).port}`;
});
afterAll(async () => {
  sqs.closeAllConnections();
  sqs.close();
  await pipeline.stop();
});

/** The engine, but for one message: it comes with an attribute that is no Base64, which neither SQS nor the engine takes. */
const poisoned: Parameters<typeof createServer>[1] = async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const { method = 'GET', url = '', headers } = request;
  const given = Object.entries(headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name));
  const answer = await fetch(pipeline.engine.endpoint + url, {
    method,
    headers: given.map(([name, value]): [string, string] => [name, String(value)]),
    ...(method !== 'GET' && method !== 'HEAD' && { body: Buffer.concat(parts) }),
  });
  let body = Buffer.from(await answer.arrayBuffer());
  const type = answer.headers.get('content-type') ?? '';
  if (/json|xml/.test(type)) body = Buffer.from(body.toString().replaceAll(pipeline.engine.endpoint, origin));
  if (String(headers['x-amz-target']).endsWith('.ReceiveMessage')) {
    const { Messages = [] } = JSON.parse(body.toString());
    for (const message of Messages) {
      if (message.Body.includes(BAD)) message.MessageAttributes = { odd: { DataType: 'Binary', BinaryValue: '!!!' } };
    }
    body = Buffer.from(JSON.stringify({ Messages }));
  }
  response.writeHead(answer.status, { 'content-type': type });
  response.end(body);
};

function command(...args: string[]): Promise<Ended> {
  return run(args, { AWS_ENDPOINT_URL: origin });
}

const NAMED = /note: message [0-9a-f-]{36} of bucket-service cannot be read: its attribute odd is not Base64\n/;

test('given a message that cannot be read, every command goes on past it, counts it and names it', async () => {
  const list = await command('dlq', 'list');
  expect(list.stdout).toMatch(
    /^bucket-service +4 +0 .* 3 handler failures, 1 foreign message \(cannot be read: .*\)$/m,
  );
  expect([list.exitCode, list.stderr]).toEqual([1, expect.stringMatching(NAMED)]);

  const show = await command('dlq', 'show', '--json');
  const kinds = jsonLines(show).map(({ kind, problem }) => (kind === 'foreign' ? problem : kind));
  expect(kinds.sort()).toEqual(['cannot be read: its attribute odd is not Base64', 'handler', 'handler', 'handler']);
  expect((await command('dlq', 'show')).stdout).toMatch(
    /foreign message {2}cannot be read: .*\n {4}message [0-9a-f-]{36}\n/,
  );

  expect((await command('doctor')).stdout).toMatch(/✖ {2}dead letters +bucket-service +4 events/);
  const reconcile = await command('reconcile', '--grace', '0', '--fix', '--yes');
  expect(reconcile.stderr).toMatch(
    /4 events of bucket-service in its dead-letter queue \([0-9a-f-]{36} cannot be read: /,
  );
  // It may be anybody's registration.
  expect(reconcile.stderr).toContain('not fixed, as their own event may still come: dora');
  expect((await command('trace', 'dora')).exitCode).toBe(0);
});

test('a redrive sends all others, and a purge deletes it only if foreign messages are meant', async () => {
  const redrive = await command('dlq', 'redrive', '--yes');
  expect(redrive.stdout).toMatch(/^bucket-service +3 of 4 redriven, 1 message kept after an error$/m);
  expect(redrive.stderr).toMatch(
    /error: 1 message of bucket-service could not be redriven and stay in the queue \(cannot be read: .*\): [0-9a-f-]{36}\n$/,
  );
  expect(redrive.exitCode).toBe(1);

  const kept = await command('dlq', 'purge', '--yes');
  expect([kept.exitCode, kept.stderr]).toEqual([1, expect.stringMatching(NAMED)]);
  expect(kept.stderr).toMatch(/1 foreign message of bucket-service left/);
  const purged = await command('dlq', 'purge', '--yes', '--foreign');
  expect([purged.exitCode, purged.stdout]).toEqual([0, expect.stringMatching(/^bucket-service +1 foreign message/m)]);
  expect((await command('dlq', 'list')).exitCode).toBe(0);
});
