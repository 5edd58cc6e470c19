import type { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import type { CommandEnd } from '../../soak/load/commands.ts';
import { recover } from '../../soak/load/end-state.ts';

const WELL: CommandEnd = { exitCode: 0, wasKilled: false, out: '{"fixed":2}\n', said: '' };
const DEAD_LETTERS = 3;

/** Recovers with redrives that end like these. All dead letters are gone after the last. @returns the commands that ran, too */
async function recoverWith(...redrives: readonly Partial<CommandEnd>[]) {
  const ran: string[] = [];
  const ends = [...redrives];
  const once = async ([name = '', ...more]: readonly string[]): Promise<CommandEnd> => {
    ran.push(name === 'dlq' ? `${name} ${more[0]}` : name);
    return name === 'dlq' ? { ...WELL, ...ends.shift() } : WELL;
  };
  const send = async ({ input }: { input: { QueueUrl: string } }) => {
    const waiting = input.QueueUrl === 'dlq' && ends.length > 0 ? DEAD_LETTERS : 0;
    return { Attributes: { ApproximateNumberOfMessages: `${waiting}`, ApproximateNumberOfMessagesNotVisible: '0' } };
  };
  const sqs = { send } as unknown as SQSClient;
  const outputs = { UriRecorderQueueUrl: 'queue', UriRecorderDlqUrl: 'dlq' };
  return { recovery: await recover({ commands: { once }, sqs, outputs, skipsTime: false }), ran };
}

const held = (text: string) => ({
  exitCode: 1,
  said: `error: 3 messages of uri-recorder could not be received: ${text}\n`,
});

test('dead letters that a killed redrive holds are redriven again', async () => {
  const isHeld = held('someone else has received them, or was stopped while it held them; try again in a minute');
  const { recovery, ran } = await recoverWith(isHeld, {});
  expect(ran).toEqual(['dlq redrive', 'dlq redrive', 'reconcile', 'reconcile']);
  expect(recovery).toEqual({ deadLetters: DEAD_LETTERS, repaired: 2 });
});

test.each([
  [
    'fails',
    { exitCode: 1, said: 'error: 3 messages of pipe could not be put on the bus: a: no\n' },
    /^dlq redrive failed \(exit code 1\): .*put on the bus/,
  ],
  ['says that others hold them, and something else', held('denied'), /^dlq redrive failed/],
  ['crashes', { exitCode: null, signal: 'SIGABRT' }, /^dlq redrive failed \(exit code null\)/],
] as const)('a redrive that %s is no recovery, whatever the next one does', async (_, end, problem) => {
  await expect(recoverWith(end, {})).rejects.toThrow(problem);
});
