import { describe, expect, test } from '@jest/globals';
import { causeIdOf, type ExplainedMessage } from '../../../../operations/dead-letters/cause.ts';
import {
  choiceOptions,
  isChoice,
  type MessageChoice,
  messageChooser,
} from '../../../../operations/dead-letters/choice.ts';
import { UsageError } from '../../../../operations/messages/errors.ts';
import { deliveryFailure, foreignMessage, handlerFailure, pipeFailure } from './fake-queue.ts';

const SENT_AT = Date.parse('2026-11-22T09:00:00Z');
const HOUR_MS = 3_600_000;

const REGISTRATIONS = ['alice', 'bob'].map((userId) => {
  return { userId, registeredAt: 1, eventId: 'e', sequenceNumber: '1' };
});

const TOO_MANY: ExplainedMessage = {
  deadLetter: handlerFailure('a'),
  logged: { at: 1, problem: 'TooManyBuckets: raise it', line: '{}' },
};
const SILENT: ExplainedMessage = { deadLetter: handlerFailure('b') };
const UNDELIVERED: ExplainedMessage = { deadLetter: deliveryFailure('c') };
const OF_PIPE: ExplainedMessage = {
  deadLetter: pipeFailure('d'),
  records: { registrations: REGISTRATIONS, others: 0 },
};
const FOREIGN: ExplainedMessage = { deadLetter: foreignMessage('e') };
const { sentAt: _, ...timeless } = foreignMessage('f');
const TIMELESS: ExplainedMessage = { deadLetter: timeless };
const ALL = [TOO_MANY, SILENT, UNDELIVERED, OF_PIPE, FOREIGN, TIMELESS];

function chosen(choice: MessageChoice, now = SENT_AT + HOUR_MS): string[] {
  const chooser = messageChooser(choice, now);
  return ALL.filter((message) => chooser.chooses('q', message)).map(({ deadLetter }) => deadLetter.messageId);
}

describe('a choice of messages', () => {
  test('by nothing is all of them', () => {
    expect(chosen({})).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(isChoice({})).toBe(false);
  });

  test.each<[MessageChoice, string[]]>([
    [{ user: 'user-a' }, ['a']],
    [{ user: 'bob' }, ['d']],
    [{ user: 'user' }, []],
    [{ error: 'toomany' }, ['a']],
    [{ error: 'no queue' }, ['c']],
    [{ error: 'RetryAttempts' }, ['d']],
    [{ error: 'not json' }, ['e', 'f']],
    [{ type: 'UserRegistered' }, ['a', 'b', 'c']],
    [{ type: 'BucketCreated' }, []],
    [{ olderThan: '60m' }, ['a', 'b', 'c', 'd', 'e']],
    [{ olderThan: '61m' }, []],
    [{ messageId: ['b', 'e', 'x'] }, ['b', 'e']],
    [{ cause: causeIdOf('q', TOO_MANY) }, ['a']],
    [{ cause: causeIdOf('q', SILENT) }, ['b']],
    [{ cause: causeIdOf('other', TOO_MANY) }, []],
    [{ type: 'UserRegistered', messageId: ['b', 'e'] }, ['b']],
  ])('by %j is what all of it is true of', (choice, ids) => {
    expect(chosen(choice)).toEqual(ids);
    expect(isChoice(choice)).toBe(true);
  });

  test('says what it needs to know of a message', () => {
    const needs = (choice: MessageChoice) => messageChooser(choice, 0).needs;
    expect(needs({ type: 'x', messageId: ['a'] })).toEqual({ reason: false, records: false });
    expect(needs({ error: 'x' })).toEqual({ reason: true, records: false });
    expect(needs({ cause: 'x' })).toEqual({ reason: true, records: false });
    expect(needs({ user: 'x' })).toEqual({ reason: false, records: true });
  });

  test('passes over what it can decide about without a look at logs and stream', () => {
    const chooser = messageChooser({ user: 'bob', error: 'TooMany' }, SENT_AT);
    const may = ALL.filter(({ deadLetter }) => chooser.mayChoose(deadLetter));
    expect(may).toEqual([OF_PIPE]);
  });

  test.each<[MessageChoice, string]>([
    [{ olderThan: 'yesterday' }, '--older-than must be an age such as 90s, 15m, 2h or 7d; got yesterday'],
    [{ user: '' }, '--user must not be empty'],
    [{ error: '' }, '--error must not be empty'],
  ])('that cannot be read, %j, is refused', (choice, message) => {
    expect(() => messageChooser(choice, 0)).toThrow(new UsageError(message));
  });
});

test('the options for a choice are words of a shell; of no choice there are none', () => {
  expect(choiceOptions({})).toEqual([]);
  expect(
    choiceOptions({ user: "o'neil x", error: 'no', type: 'T', olderThan: '2h', messageId: ['a', 'b'], cause: '1f' }),
  ).toEqual([
    ...['--cause', '1f', '--user', `'o'\\''neil x'`, '--error', 'no', '--type', 'T', '--older-than', '2h'],
    ...['--message-id', 'a', '--message-id', 'b'],
  ]);
});
