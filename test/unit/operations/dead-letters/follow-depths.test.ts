import { expect, test } from '@jest/globals';
import { add as addDlqCommands } from '../../../../cli/commands/dlq/command.ts';
import { followDepths } from '../../../../operations/dead-letters/follow-depths.ts';
import { REDRIVE_RATE } from '../../../../operations/dead-letters/redrive.ts';
import type { OnStack } from '../../../../operations/deployed/stack.ts';
import { FakeAws } from '../aws/fake-aws.ts';

test('the depths of the queues are read again and again, with a pause, until that is stopped; no message is received', async () => {
  let waiting = 0;
  const aws = new FakeAws({
    GetQueueAttributes: () => ({
      Attributes: { ApproximateNumberOfMessages: String(waiting++), ApproximateNumberOfMessagesNotVisible: '1' },
    }),
  });
  const stop = new AbortController();
  const pauses: number[] = [];
  const clock = { now: () => 0, pause: async (ms: number) => void pauses.push(ms) };
  const outputs = { PipeDlqUrl: 'https://sqs/pipe-dlq' };
  const on = { clients: aws.clients, stack: { name: 's', outputs }, target: { stackName: 's' } } as unknown as OnStack;
  const read: unknown[] = [];
  for await (const depths of followDepths(on, { signal: stop.signal, clock })) {
    read.push(...depths);
    if (read.length === 3) stop.abort();
  }
  expect(read).toEqual([0, 1, 2].map((waiting) => ({ name: 'pipe', waiting, inFlight: 1 })));
  expect(pauses).toEqual([10_000, 10_000, 10_000]);
});

test('on the engine the pause is short, unless a reading takes long', async () => {
  const aws = new FakeAws({ GetQueueAttributes: () => ({ Attributes: {} }) });
  const target = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' };
  const on = {
    clients: aws.clients,
    stack: { name: 's', outputs: { PipeDlqUrl: 'https://sqs/pipe-dlq' } },
    target,
  } as unknown as OnStack;
  const stop = new AbortController();
  const pauses: number[] = [];
  const times = [1000, 1001, 1000, 1020];
  const pause = async (ms: number) => {
    if (pauses.push(ms) === 2) stop.abort();
  };
  const clock = { now: () => times.shift() ?? 0, pause };
  for await (const depths of followDepths(on, { signal: stop.signal, clock })) expect(depths).toHaveLength(1);
  expect(pauses).toEqual([500, 1000]);
});

test('the command offers the rates of the operation', async () => {
  const { Command } = await import('@commander-js/extra-typings');
  const program = new Command();
  addDlqCommands(program);
  const redrive = program.commands[0]?.commands.find((command) => command.name() === 'redrive');
  const rate = redrive?.options.find(({ long }) => long === '--rate');
  expect(rate?.defaultValue).toBe(REDRIVE_RATE.usual);
  expect(() => rate?.parseArg?.(String(REDRIVE_RATE.most + 1), undefined)).toThrow(`from 1 to ${REDRIVE_RATE.most}`);
});
