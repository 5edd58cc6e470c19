import { describe, expect, test } from '@jest/globals';
import { QueueReader, RecentIds } from '../../../../operations/events/queue-reader.ts';
import type { Envelope, ReceivedEvent } from '../../../../operations/events/session.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { event, ids } from './envelopes.ts';

const NEVER_STOPPED = new AbortController().signal;

/** A queue that holds these events. */
function queueOf(...names: string[]) {
  return queueOfEvents(names.map((name) => event(name)));
}

function queueOfEvents(events: readonly Envelope[]) {
  const messages = events.map((each, index) => ({ Body: JSON.stringify(each), ReceiptHandle: `r${index}` }));
  return new FakeAws({
    ReceiveMessage: ({ MaxNumberOfMessages }) => ({ Messages: messages.splice(0, MaxNumberOfMessages) }),
    DeleteMessageBatch: () => ({ Successful: [] }),
  });
}

const eventsOf = (received: readonly ReceivedEvent[]) => received.map(({ event: each }) => each);

describe('a reader of a temporary queue', () => {
  test('takes what there is, and deletes it', async () => {
    const aws = queueOf('a', 'b');
    const reader = new QueueReader(aws.client(), 'url');
    expect(ids(eventsOf(await reader.next(20, NEVER_STOPPED)))).toEqual(['a', 'b']);
    expect(await reader.next(20, NEVER_STOPPED)).toEqual([]);
    expect(aws.inputs('ReceiveMessage')[0]).toEqual({ QueueUrl: 'url', MaxNumberOfMessages: 10, WaitTimeSeconds: 20 });
    expect(aws.inputs('DeleteMessageBatch')).toEqual([
      {
        QueueUrl: 'url',
        Entries: [
          { Id: '0', ReceiptHandle: 'r0' },
          { Id: '1', ReceiptHandle: 'r1' },
        ],
      },
    ]);
  });

  test('asks several times at once where many wait, and waits when there are few', async () => {
    const names = Array.from({ length: 325 }, (_, index) => `e${index}`);
    const aws = queueOf(...names);
    const reader = new QueueReader(aws.client(), 'url');
    expect(await reader.next(20, NEVER_STOPPED)).toHaveLength(160);
    expect(await reader.next(20, NEVER_STOPPED)).toHaveLength(160);
    expect(await reader.next(20, NEVER_STOPPED)).toHaveLength(5);
    expect(await reader.next(20, NEVER_STOPPED)).toHaveLength(0);
    const waits = aws.inputs('ReceiveMessage').map(({ WaitTimeSeconds }) => WaitTimeSeconds);
    expect(waits).toEqual([20, ...Array.from({ length: 47 }, () => 0), 20]);
  });

  describe('says how many messages went with an answer that was lost', () => {
    const depth = (inFlight: number) => ({
      Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: String(inFlight) },
    });
    const unseenAfter = async (attempts: number, inFlight: number) => {
      const aws = queueOf('a', 'b');
      const receive = aws.answerOf('ReceiveMessage');
      aws.answer('ReceiveMessage', (input) => ({ ...(receive?.(input) as object), $metadata: { attempts } }));
      aws.answer('GetQueueAttributes', () => depth(inFlight));
      const reader = new QueueReader(aws.client(), 'url', 25);
      await reader.next(20, NEVER_STOPPED);
      return { unseen: await reader.unseen(), asked: aws.inputs('GetQueueAttributes').length };
    };

    test('those that are in flight besides the ones that it has seen', async () => {
      expect(await unseenAfter(2, 5)).toEqual({ unseen: 3, asked: 1 });
      expect(await unseenAfter(2, 2)).toEqual({ unseen: 0, asked: 1 });
      expect(await unseenAfter(2, 1)).toEqual({ unseen: 0, asked: 1 });
    });

    test('or that the queue was removed', async () => {
      const aws = new FakeAws({
        ReceiveMessage: () => ({ $metadata: { attempts: 2 } }),
        GetQueueAttributes: () => {
          throw awsError('QueueDoesNotExist');
        },
      });
      const reader = new QueueReader(aws.client(), 'url', 25);
      await reader.next(20, NEVER_STOPPED);
      await expect(reader.unseen()).rejects.toThrow(/^the temporary queue was removed/);
    });

    test('none, without asking, where each receive was answered at once', async () => {
      expect(await unseenAfter(1, 5)).toEqual({ unseen: 0, asked: 0 });
    });
  });

  test('leaves as many messages in the queue as it may, and deletes the others', async () => {
    const aws = queueOf(...Array.from({ length: 45 }, (_, index) => `e${index}`));
    const reader = new QueueReader(aws.client(), 'url', 25);
    expect(await reader.next(20, NEVER_STOPPED)).toHaveLength(45);
    const deleted = aws.inputs('DeleteMessageBatch').map(({ Entries }) => Entries.length);
    expect(deleted).toEqual([10, 10]);
  });

  test('recognizes each message that it left in the queue, however many came since', async () => {
    const kept = Array.from({ length: 10 }, (_, index) => event(`kept-${index}`));
    // More than it remembers of deleted messages.
    const others = Array.from({ length: 100_010 }, (_, index) => event(`other-${index}`));
    const aws = queueOfEvents([...kept, ...others, ...kept]);
    const reader = new QueueReader(aws.client(), 'url', 10);
    const shown: Envelope[] = [];
    for (let events = await reader.next(0, NEVER_STOPPED); events.length > 0; ) {
      shown.push(...eventsOf(events));
      aws.calls.length = 0;
      events = await reader.next(0, NEVER_STOPPED);
    }
    expect(ids(shown)).toEqual(ids([...kept, ...others]));
  });

  test('shows an event once, however often it comes', async () => {
    const reader = new QueueReader(queueOf('a', 'b', 'a').client(), 'url');
    expect(ids(eventsOf(await reader.next(20, NEVER_STOPPED)))).toEqual(['a', 'b']);
  });

  test('shows an event again for each replay that emits it', async () => {
    const again = event('a', 0, { 'replay-name': 'again' });
    const more = event('a', 0, { 'replay-name': 'more' });
    const reader = new QueueReader(queueOfEvents([event('a'), again, again, more]).client(), 'url');
    expect(eventsOf(await reader.next(20, NEVER_STOPPED))).toEqual([event('a'), again, more]);
  });

  test('gives nothing once it is asked to stop', async () => {
    const stop = new AbortController();
    const aws = new FakeAws({
      ReceiveMessage: () => {
        stop.abort();
        throw awsError('AbortError');
      },
    });
    expect(await new QueueReader(aws.client(), 'url').next(20, stop.signal)).toEqual([]);
  });

  test.each(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'])(
    'says what to do when the queue was removed: %s',
    async (name) => {
      const aws = new FakeAws({
        ReceiveMessage: () => {
          throw awsError(name);
        },
      });
      const next = new QueueReader(aws.client(), 'url').next(20, NEVER_STOPPED);
      await expect(next).rejects.toThrow(CommandFailure);
      await expect(next).rejects.toThrow(/^the temporary queue was removed, .*; run the command again$/);
    },
  );
});

test('a recent id is known, and an old one is forgotten', () => {
  const seen = new RecentIds(2);
  expect(['a', 'a', 'b', 'a', 'c', 'a'].map((id) => seen.add(id))).toEqual([false, true, false, true, false, false]);
});
