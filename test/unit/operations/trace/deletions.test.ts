import { describe, expect, test } from '@jest/globals';
import { kindOf } from '../../../../operations/trace/describe-hop.ts';
import { openEndsOf } from '../../../../operations/trace/open-ends.ts';
import { registrationsInJournal } from '../../../../operations/trace/read-trace.ts';
import { event, journal, row, STACK, type Step, told } from './journal-entries.ts';

const USER = 'alice';
const PIPES = { PipeName: 'pipe', DeletionPipeName: 'deletions' };
const URI = 's3://siualice-20261122090000';

/** What both pipes' filters do with a record, in the order in which the pipes read it. */
const filters = (eventId: string, eventName: string, order = ['pipe', 'deletions']): Step[] =>
  order.map((pipe) => [
    'pipe-filter',
    { pipe, eventId, eventName, passed: eventName === (pipe === 'pipe' ? 'INSERT' : 'REMOVE') },
  ]);
const registered = (id: string): Step =>
  event({ type: 'UserRegistered', userId: USER, correlationId: id, id: `bus-${id}` });
const deleted: Step = [
  'event',
  {
    eventId: 'bus-left',
    source: 'users-table',
    detailType: 'UserDeleted',
    detail: { metadata: { eventId: 'left', correlationId: 'left' }, data: { userId: USER } },
    dropped: false,
  },
];
const stories = (outputs: object, ...steps: Step[]) =>
  registrationsInJournal(
    journal(...steps),
    { userId: USER, userIdAttribute: 'id' },
    { ...STACK, outputs: { ...STACK.outputs, ...outputs } },
  );

describe('where deleted rows become events', () => {
  test('given a user who leaves and is back with the row of before, each story has its own row', () => {
    const found = stories(
      PIPES,
      row(USER, 'first'),
      ...filters('first', 'INSERT'),
      registered('first'),
      event({ type: 'BucketCreated', userId: USER, correlationId: 'first', id: 'bus2' }),
      row(USER, 'uri', 'MODIFY', URI),
      row(USER, 'left', 'REMOVE'),
      ...filters('left', 'REMOVE'),
      deleted,
      row(USER, 'back', 'INSERT', URI),
      ...filters('back', 'INSERT'),
      registered('back'),
    );
    expect(
      found.map((each) => [each.correlationId, kindOf(each), ...told(each).filter((hop) => /row|filter/.test(hop))]),
    ).toEqual([
      ['first', 'Registration', 'users table: the row is written', 'pipe: the filter lets it through'],
      ['left', 'Deletion', 'users table: the row is removed', 'pipe of deletions: the filter lets it through'],
      [
        'back',
        'Registration',
        expect.stringContaining('users table: the row is written'),
        'pipe: the filter lets it through',
      ],
    ]);
  });

  test.each([
    ['first', 'INSERT', 'Registration'],
    ['left', 'REMOVE', 'Deletion'],
  ])(
    'given the record %s that a pipe has let through, it waits for the bus, whichever pipe reads it first',
    (id, change, kind) => {
      for (const order of [
        ['pipe', 'deletions'],
        ['deletions', 'pipe'],
      ]) {
        const [story] = stories(PIPES, row(USER, id, change), ...filters(id, change, order));
        expect(story && [kindOf(story), ...openEndsOf(story).map(({ kind, text }) => `${kind}: ${text}`)]).toEqual([
          kind,
          'waiting: the pipe has not put its event on the bus yet',
        ]);
      }
    },
  );
});

test('where they do not, a removed row is the end of its registration, and nothing is waited for', () => {
  const filter: Step = ['pipe-filter', { pipe: 'pipe', eventId: 'left', eventName: 'REMOVE', passed: false }];
  const found = stories(
    { PipeName: 'pipe' },
    row(USER, 'first'),
    registered('first'),
    row(USER, 'left', 'REMOVE'),
    filter,
  );
  expect(found.map((each) => [each.correlationId, told(each).length])).toEqual([['first', 4]]);
  expect(found.flatMap(openEndsOf).filter(({ text }) => text.includes('pipe'))).toEqual([]);
});
