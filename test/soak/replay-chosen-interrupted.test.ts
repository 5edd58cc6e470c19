import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { leftBehind, NOTHING } from '../pipeline/temporary-queues.ts';
import { pipeline as run, startCommand } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';

const USERS = ['ann', 'bo', 'cy', 'dee'];

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  for (const userId of USERS) await pipeline.register(userId);
  await Promise.all(USERS.map((userId) => pipeline.recorded(userId)));
});
afterAll(() => pipeline.stop());

const args = (name: string, ...more: string[]) => [
  ...['replay', '--from', '1h', '--to-subscriber', 'uri-recorder', '--rate', '500', '--name', name, '--yes', ...more],
  ...['--port', pipeline.port],
];

/** The users whose events a replay has brought to the queue. */
const reached = (...names: string[]) => {
  const bodies = pipeline.entries(({ hop, queue }) => hop === 'message' && String(queue).includes('UriRecorderQueue'));
  const events = bodies.map(({ body }) => JSON.parse(String(body)) as Delivered);
  const users = events.filter((event) => names.includes(event['replay-name'] ?? ''));
  return [...new Set(users.map(({ detail }) => detail.data.userId))].sort();
};

interface Delivered {
  readonly 'replay-name'?: string;
  readonly detail: { readonly data: { readonly userId: string } };
}

/** A call, and which one of its kind. Rules send to the temporary queue by the same call as the command to the subscriber's. */
const CALLS = [
  ['sqs:CreateQueue', 1],
  ['events:PutRule', 1],
  ['events:PutTargets', 1],
  ['events:StartReplay', 1],
  ['sqs:ReceiveMessage', 1],
  ['events:RemoveTargets', 1],
  ['events:DeleteRule', 1],
  ['sqs:DeleteQueue', 1],
  ['sqs:SendMessage', USERS.length + 1],
  ['sqs:SendMessage', USERS.length + 3],
] as const;

test.each(CALLS)(
  'Ctrl-C at call %s, number %i, leaves nothing behind, and another run brings the rest',
  async (operation, nth) => {
    const name = `stopped-at-${operation.replace(':', '-')}-${nth}`;
    const { promise: struck, resolve } = Promise.withResolvers<void>();
    pipeline.engine.faults.inject(operation, { action: resolve, nth });
    const command = startCommand(args(name));
    await struck;
    const code = await command.stop('SIGINT');
    await expect(leftBehind(pipeline)).resolves.toEqual(NOTHING);
    const before = reached(name);
    // At the last calls it may have been faster than the signal.
    expect([0, 130]).toContain(code);
    if (code === 0) expect(before).toEqual(USERS);
    const [, from = '1h'] = /--from (\S+) continues/.exec(command.shown) ?? [];
    const again = await run(args(`${name}-again`).map((arg) => (arg === '1h' ? from : arg)));
    expect(again.exitCode).toBe(0);
    expect(reached(name, `${name}-again`)).toEqual(USERS);
    await pipeline.idle();
  },
);

test('a kill while it sends loses nothing: another run brings all of it', async () => {
  const { promise: struck, resolve } = Promise.withResolvers<void>();
  pipeline.engine.faults.inject('sqs:SendMessage', { action: resolve, nth: USERS.length + 2 });
  const command = startCommand(args('killed'));
  await struck;
  await command.stop('SIGKILL');
  await expect(leftBehind(pipeline)).resolves.toEqual(NOTHING);
  expect((await run(args('killed-again'))).exitCode).toBe(0);
  expect(reached('killed-again')).toEqual(USERS);
});
