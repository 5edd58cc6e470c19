import { describe, expect, test } from '@jest/globals';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { cancelReplay } from '../../../../operations/replay/cancel-replay.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE } from './plans.ts';

const GOING_ON = new AbortController().signal;

/** A replay that has these states one after the other, each time it is described. */
function replayOf(...states: string[]) {
  let described = 0;
  return new FakeAws({
    DescribeReplay: () => ({
      ReplayName: 'again',
      State: states[Math.min(described++, states.length - 1)],
      EventSourceArn: ARCHIVE.arn,
    }),
    CancelReplay: () => ({}),
  });
}

function cancel(aws: FakeAws, archiveArn = ARCHIVE.arn, signal = GOING_ON) {
  const stack = { name: 'mine', outputs: { EventArchiveArn: archiveArn } };
  return cancelReplay({ target: { stackName: 'mine' }, clients: aws.clients, stack }, 'again', signal);
}

describe('cancelling a replay', () => {
  test('waits until it has stopped', async () => {
    const aws = replayOf('RUNNING', 'CANCELLING', 'CANCELLED');
    expect(await cancel(aws)).toMatchObject({ name: 'again', state: 'CANCELLED' });
    expect(aws.inputs('CancelReplay')).toEqual([{ ReplayName: 'again' }]);
  });

  test('takes up one that is being cancelled, and leaves one that is', async () => {
    const under = replayOf('CANCELLING', 'CANCELLED');
    expect(await cancel(under)).toMatchObject({ state: 'CANCELLED' });
    const done = replayOf('CANCELLED');
    expect(await cancel(done)).toMatchObject({ state: 'CANCELLED' });
    expect([...under.inputs('CancelReplay'), ...done.inputs('CancelReplay')]).toEqual([]);
  });

  test.each(['COMPLETED', 'FAILED'])('that has ended is told in one line: %s', async (state) => {
    const aws = replayOf(state);
    await expect(cancel(aws)).rejects.toThrow(CommandFailure);
    await expect(cancel(aws)).rejects.toThrow(`there is nothing to cancel any more; again: ${state}`);
    expect(aws.inputs('CancelReplay')).toEqual([]);
  });

  test('that ends just then is told so', async () => {
    const aws = replayOf('RUNNING', 'COMPLETED');
    aws.answer('CancelReplay', () => {
      throw awsError('IllegalStatusException');
    });
    await expect(cancel(aws)).rejects.toThrow('there is nothing to cancel any more; again: COMPLETED');
  });

  test('of another pipeline is refused', async () => {
    const aws = replayOf('RUNNING');
    await expect(cancel(aws, 'other')).rejects.toThrow(
      `again is no replay of the stack mine: it takes events from ${ARCHIVE.arn}`,
    );
    expect(aws.inputs('CancelReplay')).toEqual([]);
  });

  test('does not wait once it is asked to stop, and has asked for the end all the same', async () => {
    const aws = replayOf('RUNNING', 'CANCELLING');
    expect(await cancel(aws, ARCHIVE.arn, AbortSignal.abort())).toMatchObject({ state: 'CANCELLING' });
    expect(aws.inputs('CancelReplay')).toHaveLength(1);
  });
});
