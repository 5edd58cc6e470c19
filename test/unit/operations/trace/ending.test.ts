import { describe, expect, test } from '@jest/globals';
import { type Ending, endingOf, summaryOf, verdictOf } from '../../../../operations/trace/ending.ts';
import type { OpenEnd } from '../../../../operations/trace/open-ends.ts';
import { journal, provisioned, recorded, registered, row, type Step, traced } from './journal-entries.ts';

const WHOLE = [...registered('alice'), ...provisioned('alice'), ...recorded('alice')];
const URI = 's3://siu-alice';

function endingAfter(steps: readonly Step[], userRow?: Parameters<typeof endingOf>[1]): Ending {
  const [registration] = traced('alice', journal(...steps));
  if (registration === undefined) throw new Error('alice is not known');
  return endingOf(registration, userRow);
}

describe('how a registration stands of which nothing is open', () => {
  test.each<[string, Step[], Parameters<typeof endingOf>[1], Ending]>([
    ['an earlier one, whose row is another by now', WHOLE, undefined, { kind: 'done', text: 'Done.' }],
    ['a row with its URI', WHOLE, { exists: true, uri: URI }, { kind: 'done', text: `Done: its row has ${URI}` }],
    [
      'a row without a URI',
      WHOLE,
      { exists: true },
      { kind: 'without-uri', text: 'All of this is done, but its row has no URI', command: 'reconcile --fix' },
    ],
    ['no row', WHOLE, { exists: false }, { kind: 'done', text: 'Done, and there is no row of this user.' }],
    [
      'a row that was removed since',
      [...WHOLE, row('alice', 'left', 'REMOVE')],
      { exists: true },
      { kind: 'done', text: 'Done.' },
    ],
  ])('given %s', (_, steps, userRow, ending) => {
    expect(endingAfter(steps, userRow)).toEqual(ending);
    expect(verdictOf(ending)).toBe(ending.kind === 'done' ? 'done' : 'failed');
    expect(summaryOf(ending)).toBe(ending.kind === 'open' ? '' : ending.text);
  });

  test('a URI that controls the terminal, or is long, is shown harmless and cut', () => {
    const ending = endingAfter(WHOLE, { exists: true, uri: `s3://${String.fromCharCode(7)}${'x'.repeat(200)}` });
    expect(summaryOf(ending)).toMatch(/^Done: its row has s3:\/\/\\u\{7\}x+… \(206 characters\)$/);
    expect(summaryOf(ending)).toHaveLength('Done: its row has '.length + 80);
  });
});

test('a registration with something open is open, whatever its row has', () => {
  const ending = endingAfter(registered('alice'), { exists: true, uri: URI });
  expect(ending).toMatchObject({ kind: 'open', ends: [{ kind: 'waiting' }] });
});

describe('open ends', () => {
  const end = (kind: OpenEnd['kind'], text: string): OpenEnd => ({ kind, since: 0, text });
  const waiting = end('waiting', 'it waits');

  test.each<[string, OpenEnd[], string, string]>([
    ['all continue by themselves', [waiting, end('waiting', 'so does it')], 'waiting', 'it waits'],
    ['one is a dead letter', [waiting, end('dead-letter', 'it is in the queue')], 'failed', 'it is in the queue'],
    ['one is lost', [end('lost', 'it is lost'), waiting], 'failed', 'it is lost'],
    ['several need an operator', [end('dropped', 'first'), end('unmatched', 'second')], 'failed', 'first'],
    ['there is none', [], 'waiting', ''],
  ])('given that %s', (_, ends, verdict, summary) => {
    expect(verdictOf({ kind: 'open', ends })).toBe(verdict);
    expect(summaryOf({ kind: 'open', ends })).toBe(summary);
  });

  test('of a long text the beginning is shown', () => {
    const summary = summaryOf({ kind: 'open', ends: [end('lost', 'x'.repeat(1000))] });
    expect(summary).toMatch(/^x+… \(1000 characters\)$/);
    expect(summary).toHaveLength(400);
  });
});
