import { describe, expect, test } from '@jest/globals';
import type { SentCall } from '../../../../tools/simulate/operators/sent-call.ts';
import { redrivesLoseNothing, redrivesSendOnlyTheChosen } from '../../../../tools/simulate/promises/redrives.ts';
import { broken, called, ran, STARTED_AT } from '../../../support/simulated-commands.ts';

describe('a redrive', () => {
  const receive = called('ReceiveMessage', {}, { Messages: [{ MessageId: 'm', ReceiptHandle: 'h', Body: 'body' }] });
  const send = (isAnswered = true) => called('SendMessage', { MessageBody: 'body' }, isAnswered ? {} : undefined);
  const remove = called('DeleteMessage', { ReceiptHandle: 'h' }, {});
  const redriven = (...calls: SentCall[]) => broken(redrivesLoseNothing, [ran('dlq redrive --yes', { calls })]);

  test('sends, and then deletes; it sends again only where no answer came', () => {
    expect(redriven(receive, send(), remove)).toEqual([]);
    expect(redriven(receive, send(false), send(), remove)).toEqual([]);
  });

  test('deletes nothing that it has not sent, or not received', () => {
    expect(redriven(receive, remove)).toEqual(['deletes what it has not sent: body']);
    expect(redriven(receive, send(false), remove)).toEqual(['deletes what it has not sent: body']);
    expect(redriven(remove)).toEqual(['deletes a message that it has not received']);
  });

  test('sends nothing twice', () => {
    expect(redriven(receive, send(), send(), remove)).toEqual(['sends what was sent: body']);
  });

  test('may send another event when it edits one', () => {
    expect(broken(redrivesLoseNothing, [ran('dlq redrive --edit', { calls: [receive, remove] })])).toEqual([]);
  });
});

describe('a redrive sends only what its options choose', () => {
  const dlqs = [
    { owner: 'pipe', url: 'pipe-dead' },
    { owner: 'bucket-service', url: 'buckets-dead', sourceUrl: 'buckets' },
    { owner: 'uri-recorder', url: 'uris-dead', sourceUrl: 'uris' },
  ];
  const eventOf = (userId: string, eventId: string) =>
    JSON.stringify({ 'detail-type': 'UserRegistered', detail: { metadata: { eventId }, data: { userId } } });
  const received = (QueueUrl: string, messageId: string, Body: string, more: object = {}) =>
    called(
      'ReceiveMessage',
      { QueueUrl },
      { Messages: [{ MessageId: messageId, ReceiptHandle: messageId, Body, ...more }] },
    );
  const sent = (QueueUrl: string, MessageBody: string) => called('SendMessage', { QueueUrl, MessageBody }, {});
  const deleted = (ReceiptHandle: string) => called('DeleteMessage', { QueueUrl: 'q', ReceiptHandle }, {});
  const redriven = (options: string, ...calls: readonly SentCall[]) =>
    broken(redrivesSendOnlyTheChosen, [ran(`dlq redrive --yes${options && ` ${options}`}`, { calls })], {
      dlqs,
      deletionPipe: 'deletions',
    });

  const body = eventOf('ada', 'e');
  const both = [sent('buckets', body), deleted('m')];
  const wrong = [`sends to buckets ${body}`, `deletes what it does not choose: ${body}`];
  const age = (ageMs: number) => ({ Attributes: { SentTimestamp: String(STARTED_AT - ageMs) } });

  test.each([
    ['', '--pipe'],
    ['--subscriber bucket-service', '--subscriber uri-recorder'],
    ['--user ada', '--user eve'],
    ['--type UserRegistered', '--type BucketCreated'],
    ['--message-id x --message-id m', '--message-id x'],
    ['--older-than 10s', '--older-than 11s'],
    ['--user ada --older-than 10s', '--user ada --older-than 11s'],
  ])('by what a message says itself: %s, and not %s', (right, other) => {
    const receive = received('buckets-dead', 'm', body, age(10_000));
    expect(redriven(right, receive, ...both)).toEqual([]);
    expect(redriven(other, receive, ...both)).toEqual(wrong);
  });

  test('to the queue where it failed, and nothing that it has not received', () => {
    const receive = received('buckets-dead', 'm', body);
    expect(redriven('', receive, sent('uris', body))).toEqual([`sends to uris ${body}`]);
    expect(redriven('', sent('buckets', body))).toEqual([`sends to buckets ${body}`]);
  });

  test('one of two messages with the same event', () => {
    const messages = [received('buckets-dead', 'm', body, age(10_000)), received('buckets-dead', 'n', body, age(1000))];
    expect(redriven('--older-than 10s', ...messages, ...both)).toEqual([]);
    expect(redriven('--older-than 10s', ...messages, sent('buckets', body), deleted('n'))).toEqual([wrong[1]]);
  });

  test('no more than its limit', () => {
    const other = eventOf('bob', 'e2');
    const calls = [received('buckets-dead', 'm', body), received('uris-dead', 'n', other), ...both];
    const more = sent('uris', other);
    expect(redriven('--limit 1', ...calls)).toEqual([]);
    expect(redriven('--limit 1', ...calls, more)).toEqual(['is about 2 messages']);
    expect(redriven('--limit 1', ...calls, more, deleted('n'))).toEqual(['is about 2 messages']);
    expect(redriven('--limit 2', ...calls, more, deleted('n'))).toEqual([]);
  });

  test('an edit sends another event in the place of the chosen one', () => {
    const [receive, edited] = [received('buckets-dead', 'm', body), sent('buckets', eventOf('ada', 'e2'))];
    expect(redriven('--edit --user ada', receive, edited, deleted('m'))).toEqual([]);
    expect(redriven('--edit --user eve', receive, edited, deleted('m'))).toHaveLength(2);
    expect(redriven('--edit', receive, sent('uris', eventOf('ada', 'e2')))).toHaveLength(1);
  });

  describe('by its error', () => {
    const line = (timestamp: number, problem: string, more: object = {}) => ({
      timestamp,
      message: JSON.stringify({ service: 'bucket-service', eventId: 'e', problem, ...more }),
    });
    const of = (error: string, ...events: readonly object[]) =>
      redriven(
        `--error ${error}`,
        received('buckets-dead', 'm', body),
        called('FilterLogEvents', {}, { events }),
        ...both,
      );

    test('as its function logged it last', () => {
      expect(of('s3', line(1, 'a'), line(2, 'S3 is busy'))).toEqual([]);
      expect(of('s3', line(1, 'S3 is busy'), line(2, 'a'))).toEqual(wrong);
      expect(of('s3')).toEqual(wrong);
    });

    test('and not another function, or about another event', () => {
      expect(of('s3', line(1, 'S3 is busy', { service: 'uri-recorder' }))).toEqual(wrong);
      expect(of('s3', line(1, 'S3 is busy', { eventId: 'e2' }))).toEqual(wrong);
    });

    test('as EventBridge wrote it into the message', () => {
      const MessageAttributes = {
        ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
        ERROR_MESSAGE: { StringValue: 'why' },
      };
      const failed = received('buckets-dead', 'm', body, { MessageAttributes });
      expect(redriven('--error no_permissions', failed, ...both)).toEqual([]);
      expect(redriven('--error s3', failed, ...both)).toEqual(wrong);
    });
  });

  describe('of the pipe', () => {
    const letter = (startSequenceNumber: string, endSequenceNumber: string, pipe = 'registrations') =>
      JSON.stringify({
        context: { partnerResourceArn: `arn:aws:pipes:x:1:pipe/${pipe}`, condition: 'RetryAttemptsExhausted' },
        DDBStreamBatchInfo: { startSequenceNumber, endSequenceNumber },
      });
    const record = (eventID: string, SequenceNumber: string, userId: string, eventName = 'INSERT') => ({
      eventID,
      eventName,
      dynamodb: { SequenceNumber, Keys: { userId: { S: userId } } },
    });
    const Records = [record('a', '1', 'ada'), record('b', '2', 'bob'), record('c', '3', 'eve', 'REMOVE')];
    const put = (...ids: string[]) =>
      called(
        'PutEvents',
        { Entries: ids.map((eventId) => ({ Detail: JSON.stringify({ metadata: { eventId } }) })) },
        {},
      );
    const given = (options: string, text: string, ...calls: readonly SentCall[]) =>
      redriven(options, received('pipe-dead', 'p', text), called('GetRecords', {}, { Records }), ...calls);

    test('it puts on the bus what the pipe would have', () => {
      expect(given('', letter('1', '3'), put('a', 'b'), deleted('p'))).toEqual([]);
      expect(given('', letter('1', '1'), put('a', 'b'), deleted('p'))).toEqual(['puts b on the bus']);
      expect(given('', letter('1', '3'), put('c'))).toEqual(['puts c on the bus']);
      expect(given('', letter('1', '3', 'deletions'), put('c'))).toEqual([]);
      expect(given('--subscriber bucket-service', letter('1', '3'), put('a'))).toEqual(['puts a on the bus']);
      expect(given('--error exhausted', letter('1', '3'), put('a'))).toEqual([]);
      expect(given('--error s3', letter('1', '3'), put('a'))).toEqual(['puts a on the bus']);
    });

    test('a message of several users is that of each', () => {
      expect(given('--user bob', letter('1', '3'), put('a', 'b'), deleted('p'))).toEqual([]);
      expect(given('--user eve', letter('1', '3'), put('a', 'b'), deleted('p'))).toHaveLength(3);
    });

    test('it leaves a message about the part that it could not put there', () => {
      const left = (...range: readonly [string, string]) => sent('pipe-dead', letter(...range));
      expect(given('', letter('1', '3'), put('a'), left('2', '2'), deleted('p'))).toEqual([]);
      expect(given('', letter('1', '2'), put('a'), left('3', '3'))).toHaveLength(1);
    });
  });
});
