import { describe, expect, test } from '@jest/globals';
import { listDeadLetters } from '../../../../operations/dead-letters/list.ts';
import { planRedrive } from '../../../../operations/dead-letters/redrive.ts';
import { denied, deployed } from './deployed-queues.ts';
import { eventBody, messages, pipeBody } from './fake-queue.ts';

const { signal } = new AbortController();
const TWENTY = messages(20, (id) => eventBody(id));

describe('a list of dead letters', () => {
  test('has the messages of each queue, by their causes', async () => {
    const { on, left } = deployed(
      { 'pipe-dlq': { p1: pipeBody('11') }, 'BucketService-dlq': TWENTY },
      { m03: 'AccessDenied', m17: 'AccessDenied', m18: 'TooManyBuckets' },
    );
    const { queues, unreadLogs, unreadRecords } = await listDeadLetters(on, {}, signal);
    expect(
      queues.map(({ name, most, summary, groups }) => [
        name,
        most,
        summary.size,
        groups.map(({ messages: size }) => size),
      ]),
    ).toEqual([
      ['pipe', 1, 1, [1]],
      ['bucket-service', 20, 20, [17, 2, 1]],
      ['uri-recorder', 0, 0, []],
    ]);
    expect(queues[0]?.summary.users).toEqual(['user-11']);
    expect(queues[0]?.summary.records).toMatchObject({ messages: 1, registrations: 1 });
    expect(queues[1]?.groups[1]).toMatchObject({ queue: 'bucket-service', error: 'AccessDenied' });
    // Without a choice, all messages are meant, whether or not they were looked at.
    for (const queue of queues) expect(queue).not.toHaveProperty('looked');
    expect([unreadLogs, unreadRecords]).toEqual([[], []]);
    expect(left()).toHaveLength(21);
  });

  test('of a choice has what is chosen, and from how many', async () => {
    const { on } = deployed({ 'BucketService-dlq': TWENTY }, { m03: 'AccessDenied' });
    const { queues } = await listDeadLetters(on, { error: 'denied' }, signal);
    expect(queues.map(({ most, looked, summary }) => [most, looked, summary.size])).toEqual([
      [0, 0, 0],
      [1, 20, 1],
      [0, 0, 0],
    ]);
  });

  test('says what could not be read', async () => {
    const { aws, on } = deployed({ 'BucketService-dlq': TWENTY });
    aws.answer('FilterLogEvents', denied('no logs'));
    expect((await listDeadLetters(on, {}, signal)).unreadLogs).toEqual(['AccessDeniedException: no logs']);
  });

  test('shows the first thousand messages of a queue, and chooses among more', async () => {
    const { on } = deployed({ 'BucketService-dlq': messages(1001, () => 'hello') });
    const sizes = async (choice: Parameters<typeof listDeadLetters>[1]) =>
      (await listDeadLetters(on, choice, signal)).queues.map(({ most, summary }) => [most, summary.size])[1];
    expect(await sizes({})).toEqual([1001, 1000]);
    expect(await sizes({ olderThan: '1s' })).toEqual([1001, 1001]);
  });
});

describe('the messages that a change is about', () => {
  test('are all without a choice, and none is looked at to choose it', async () => {
    const { on } = deployed({ 'BucketService-dlq': TWENTY });
    const { queues, ...unread } = await planRedrive(on, {}, { signal });
    expect(queues.map(({ most, summary }) => [most, summary.size])).toEqual([
      [0, 0],
      [20, 20],
      [0, 0],
    ]);
    for (const queue of queues) {
      expect(queue).not.toHaveProperty('looked');
      expect(queue).not.toHaveProperty('isFound');
    }
    expect(unread).toEqual({ bus: 'bus', unreadRecords: [] });
  });

  test('are told with the users of the pipe, without a look into logs that the choice does not need', async () => {
    const { aws, on } = deployed({ 'pipe-dlq': { p1: pipeBody('11') }, 'BucketService-dlq': TWENTY });
    const { queues } = await planRedrive(on, { messageId: ['p1', 'm01'] }, { signal });
    expect(queues.map(({ most, summary }) => [most, summary.users])).toEqual([
      [1, ['user-11']],
      [1, ['user-m01']],
      [0, []],
    ]);
    expect(aws.inputs('FilterLogEvents')).toEqual([]);
  });

  test('are told with what could not be read', async () => {
    const { aws, on } = deployed({ 'pipe-dlq': { p1: pipeBody('11') }, 'BucketService-dlq': TWENTY });
    aws.answer('DescribeStream', denied('no stream'));
    aws.answer('FilterLogEvents', denied('no logs'));
    expect(await planRedrive(on, { error: 'x' }, { signal })).toMatchObject({
      unreadRecords: ['no stream'],
      unreadLogs: ['AccessDeniedException: no logs'],
    });
  });
});
