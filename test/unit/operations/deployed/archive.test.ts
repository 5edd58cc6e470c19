import { describe, expect, test } from '@jest/globals';
import {
  checkReplayName,
  describeReplay,
  hasEnded,
  listReplays,
  newName,
  requestCancel,
  startReplay,
} from '../../../../operations/deployed/archive.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE, HOUR_MS, NOW, subscriber } from '../replay/plans.ts';

const REQUEST = {
  name: 'again',
  archive: ARCHIVE,
  window: { from: NOW - HOUR_MS, to: NOW },
  ruleArns: [subscriber('audit').ruleArn] as [string],
};

const AS_DESCRIBED = {
  ReplayName: 'again',
  State: 'RUNNING',
  EventSourceArn: ARCHIVE.arn,
  EventStartTime: new Date(NOW - HOUR_MS),
  EventEndTime: new Date(NOW),
};

function refusing(error: Error, described: object = AS_DESCRIBED) {
  return new FakeAws({
    StartReplay: () => {
      throw error;
    },
    DescribeReplay: () => described,
  });
}

describe('starting a replay', () => {
  test('names the archive, the window, and only the rules that are to get it', async () => {
    const aws = new FakeAws({ StartReplay: () => ({}) });
    await startReplay(aws.client(), REQUEST);
    expect(aws.calls).toEqual([
      [
        'StartReplay',
        {
          ReplayName: 'again',
          EventSourceArn: ARCHIVE.arn,
          EventStartTime: new Date(NOW - HOUR_MS),
          EventEndTime: new Date(NOW),
          Destination: { Arn: ARCHIVE.busArn, FilterArns: REQUEST.ruleArns },
        },
      ],
    ]);
  });

  test('names each of several rules', async () => {
    const aws = new FakeAws({ StartReplay: () => ({}) });
    const ruleArns: [string, ...string[]] = [subscriber('audit').ruleArn, subscriber('mail').ruleArn];
    await startReplay(aws.client(), { ...REQUEST, ruleArns });
    expect(aws.inputs('StartReplay')[0].Destination.FilterArns).toEqual(ruleArns);
  });

  test.each([
    [
      'ResourceAlreadyExistsException',
      'a replay again exists already, and AWS keeps names for 90 days; choose another with --name',
    ],
    ['LimitExceededException', /^too many replays are running: AWS allows 10 .* \(replay --list shows them\)$/],
  ])('is refused in one clear line: %s', async (name, message) => {
    const start = startReplay(refusing(awsError(name)).client(), REQUEST);
    await expect(start).rejects.toThrow(CommandFailure);
    await expect(start).rejects.toThrow(message);
  });

  test('succeeds when it did so before and only the answer was lost', async () => {
    await startReplay(refusing(awsError('ResourceAlreadyExistsException', 'exists', 2)).client(), REQUEST);
  });

  test.each([
    { ...AS_DESCRIBED, EventSourceArn: 'another' },
    { ...AS_DESCRIBED, EventEndTime: new Date(NOW - 1000) },
    { ...AS_DESCRIBED, EventStartTime: new Date(NOW - HOUR_MS - 1000) },
  ])('does not take somebody else’s replay for its own, however often it was tried', async (described) => {
    const aws = refusing(awsError('ResourceAlreadyExistsException', 'exists', 2), described);
    await expect(startReplay(aws.client(), REQUEST)).rejects.toThrow('a replay again exists already');
  });

  test('fails as the call does, otherwise', async () => {
    await expect(startReplay(refusing(awsError('AccessDeniedException')).client(), REQUEST)).rejects.toThrow(
      'AccessDeniedException',
    );
  });
});

describe('a replay', () => {
  test('is described with its times', async () => {
    const EventLastReplayedTime = new Date(NOW - 5000);
    const aws = new FakeAws({ DescribeReplay: () => ({ ...AS_DESCRIBED, EventLastReplayedTime, StateReason: 'why' }) });
    expect(await describeReplay(aws.client(), 'again')).toEqual({
      name: 'again',
      state: 'RUNNING',
      reason: 'why',
      archiveArn: ARCHIVE.arn,
      window: REQUEST.window,
      scannedTo: NOW - 5000,
    });
  });

  // AWS tells the start of the last minute that it has scanned, and tells it although nothing was replayed.
  test.each([
    { given: 'RUNNING, in its first minute', State: 'RUNNING', last: NOW - HOUR_MS - 30_000, scannedTo: NOW - HOUR_MS },
    { given: 'RUNNING, further on', State: 'RUNNING', last: NOW - 120_000, scannedTo: NOW - 120_000 },
    { given: 'RUNNING, past its end', State: 'RUNNING', last: NOW + 1000, scannedTo: NOW },
    { given: 'CANCELLED', State: 'CANCELLED', last: NOW - HOUR_MS - 1, scannedTo: NOW - HOUR_MS },
    { given: 'COMPLETED', State: 'COMPLETED', last: NOW - 60_000, scannedTo: NOW },
    { given: 'COMPLETED, with a window still to come', State: 'COMPLETED', last: undefined, scannedTo: NOW },
    { given: 'STARTING', State: 'STARTING', last: undefined, scannedTo: undefined },
  ])('that is $given is scanned from the beginning of its window to the end', async ({ State, last, scannedTo }) => {
    const EventLastReplayedTime = last === undefined ? undefined : new Date(last);
    const aws = new FakeAws({ DescribeReplay: () => ({ ...AS_DESCRIBED, State, EventLastReplayedTime }) });
    expect((await describeReplay(aws.client(), 'again')).scannedTo).toBe(scannedTo);
  });

  test('that does not exist is reported, with how to find the others', async () => {
    const aws = new FakeAws({
      DescribeReplay: () => {
        throw awsError('ResourceNotFoundException');
      },
    });
    await expect(describeReplay(aws.client(), 'x')).rejects.toThrow(
      'there is no replay x; replay --list shows which there are',
    );
  });

  test.each([
    ['STARTING', false],
    ['RUNNING', false],
    ['CANCELLING', false],
    ['COMPLETED', true],
    ['CANCELLED', true],
    ['FAILED', true],
  ] as const)('that is %s has ended: %s', (state, ended) => {
    expect(hasEnded({ name: 'a', archiveArn: 'b', window: REQUEST.window, state })).toBe(ended);
  });

  test('can be cancelled unless it has ended', async () => {
    expect(await requestCancel(new FakeAws({ CancelReplay: () => ({}) }).client(), 'a')).toBe(true);
    const failing = (name: string) =>
      new FakeAws({
        CancelReplay: () => {
          throw awsError(name);
        },
      });
    expect(await requestCancel(failing('IllegalStatusException').client(), 'a')).toBe(false);
    const gone = requestCancel(failing('ResourceNotFoundException').client(), 'a');
    await expect(gone).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('replays are listed over all pages, of this archive, the newest first', async () => {
  const pages = [
    [{ ReplayName: 'old', ReplayStartTime: new Date(1) }],
    [{ ReplayName: 'new', ReplayStartTime: new Date(2) }],
  ];
  const aws = new FakeAws({
    ListReplays: ({ NextToken }) => (NextToken ? { Replays: pages[1] } : { Replays: pages[0], NextToken: 'more' }),
  });
  expect((await listReplays(aws.client(), ARCHIVE.arn)).map(({ name }) => name)).toEqual(['new', 'old']);
  expect(aws.inputs('ListReplays')).toEqual([
    { EventSourceArn: ARCHIVE.arn },
    { EventSourceArn: ARCHIVE.arn, NextToken: 'more' },
  ]);
});

describe('a made-up name', () => {
  test('contains its time, and is a name that EventBridge takes', () => {
    const name = newName('pipeline-', NOW, 0.5);
    expect(name).toMatch(/^pipeline-20261122T090000Z-[0-9a-z]{5}$/);
    expect(checkReplayName(name)).toBe(name);
  });

  test.each([0, 0.000001, 0.999999999])('has the same length whatever the chance: %d', (random) => {
    expect(newName('pipeline-events-', NOW, random)).toHaveLength('pipeline-events-20261122T090000Z-abcde'.length);
  });

  test('sorts by time, and differs within a second', () => {
    expect(newName('p-', NOW, 0.9) < newName('p-', NOW + 1000, 0.1)).toBe(true);
    expect(newName('p-', NOW, 0.1)).not.toBe(newName('p-', NOW, 0.2));
  });
});

test.each(['a', 'A.b-c_9', 'x'.repeat(64)])('%s may be a name', (name) => {
  expect(checkReplayName(name)).toBe(name);
});

test.each(['', 'x'.repeat(65), 'a b', 'a/b', 'é', 'a\n'])('%j may not be a name', (name) => {
  expect(() => checkReplayName(name)).toThrow(UsageError);
  expect(() => checkReplayName(name)).toThrow(/^a replay's name has 1 to 64 letters, .*; got /);
});
