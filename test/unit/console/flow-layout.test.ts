import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FlowPage, FlowSubscriberView } from '../../../console/contract/flow.ts';
import { type Box, layOut } from '../../../console/page/flow/flow-layout.ts';
import { effectsText, eventCount, linesOf, whereText } from '../../../console/page/flow/part-texts.ts';

const subscriber = (name: string, takes: string[], publishes: string[] = []): FlowSubscriberView => {
  return { name, ruleState: 'ENABLED', takes, where: '', publishes, effects: [] };
};
const CHAIN = [subscriber('second', ['B']), subscriber('first', ['A'], ['B']), subscriber('third', ['A'])];
const ids = (boxes: readonly Box[], kind: Box['kind']) => boxes.filter((box) => box.kind === kind).map(({ id }) => id);

describe('the layout of the flow', () => {
  test('has the events in the order in which they follow from each other, with their subscribers', () => {
    const { boxes, edges } = layOut({ pipes: ['A'], subscribers: CHAIN });
    expect(ids(boxes, 'event')).toEqual(['event A', 'event B']);
    expect(ids(boxes, 'rule')).toEqual(['rule first', 'rule third', 'rule second']);
    const ways = edges.map(({ from, to }) => `${from} → ${to}`);
    expect(ways).toEqual(
      expect.arrayContaining(['table → pipe A', 'pipe A → event A', 'event A → rule third', 'effects first → event B']),
    );
  });

  test('given events that lead back to each other, ends', () => {
    const round = [subscriber('one', ['A'], ['B']), subscriber('two', ['B'], ['A'])];
    expect(ids(layOut({ pipes: ['A'], subscribers: round }).boxes, 'event')).toEqual(['event A', 'event B']);
  });

  test('given a rule that matches by something else than a type, its lane is there too', () => {
    const { boxes } = layOut({ pipes: ['A'], subscribers: [subscriber('audit', [])] });
    expect(ids(boxes, 'event')).toEqual(['event A', 'event other events']);
    expect(ids(boxes, 'rule')).toEqual(['rule audit']);
  });

  test('given two pipes, the way of each is left of the lanes, and covers no name and no box of another', () => {
    const { boxes, edges } = layOut({ pipes: ['A', 'D'], subscribers: [...CHAIN, subscriber('leaver', ['D'])] });
    const lanesFrom = Math.min(...boxes.filter(({ kind }) => kind === 'rule').map(({ x }) => x));
    const ways = edges.filter(({ from, to }) => from.startsWith('pipe') && to.startsWith('event'));
    const down = ways.map(({ path }) => Number(/H([\d.]+)V/.exec(path)?.[1]));
    expect(down).toHaveLength(2);
    expect(new Set(down).size).toBe(2);
    for (const x of down) expect(x).toBeLessThan(lanesFrom);
    expect(linesOf(boxes.find(({ kind }) => kind === 'table') as Box, {})).toEqual([
      'each new row',
      'each deleted row',
    ]);
  });

  test('given events that skip a group, the ways to them pass its boxes', () => {
    const subscribers = [
      subscriber('first', ['A'], ['C']),
      { ...subscriber('second', ['B']), effects: ['s3:PutObject'] },
      subscriber('third', ['C']),
    ];
    const { boxes, edges } = layOut({ pipes: ['A', 'B'], subscribers });
    for (const { from, to, path } of edges) {
      const passed = boxes.filter(({ id }) => id !== from && id !== to).filter((box) => crosses(path, box));
      expect([from, to, passed.map(({ id }) => id)]).toEqual([from, to, []]);
    }
  });

  test('given any subscribers, no box covers another, and all are in the picture', () => {
    const type = fc.constantFrom('A', 'B', 'C', 'D');
    const some = fc.array(
      fc.record({ takes: fc.array(type, { maxLength: 2 }), publishes: fc.array(type, { maxLength: 2 }) }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(some, fc.constantFrom(['A'], ['A', 'D']), (given, pipes) => {
        const subscribers = given.map(({ takes, publishes }, index) => subscriber(`s${index}`, takes, publishes));
        const { boxes, width, height } = layOut({ pipes, subscribers });
        expect(ids(boxes, 'rule')).toHaveLength(subscribers.length);
        expect(ids(boxes, 'pipe')).toHaveLength(pipes.length);
        for (const [index, a] of boxes.entries()) {
          expect(a.x + a.width).toBeLessThanOrEqual(width);
          expect(a.y + a.height).toBeLessThanOrEqual(height);
          for (const b of boxes.slice(index + 1)) expect([a.id, b.id, covers(a, b)]).toEqual([a.id, b.id, false]);
        }
      }),
    );
  });
});

function covers(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Whether a path of lines that are level or upright goes through a box. */
function crosses(path: string, box: Box): boolean {
  let [x, y] = [0, 0];
  return [...path.matchAll(/([MHV])([\d.-]+)(?: ([\d.-]+))?/g)].some(([, kind, first, second]) => {
    const [fromX, fromY] = [x, y];
    if (kind !== 'V') x = Number(first);
    if (kind !== 'H') y = Number(kind === 'M' ? second : first);
    if (kind === 'M') return false;
    const [left, right, top, bottom] = [Math.min(x, fromX), Math.max(x, fromX), Math.min(y, fromY), Math.max(y, fromY)];
    return left < box.x + box.width && right > box.x && top < box.y + box.height && bottom > box.y;
  });
}

describe('the texts of parts', () => {
  const box = (kind: Box['kind'], of?: FlowSubscriberView): Box => {
    return { id: kind, kind, x: 0, y: 0, width: 1, height: 1, ...(of && { subscriber: of }) };
  };

  test.each([
    [box('pipe'), { count: 1, perSecond: 2.5 }, ['1 event · 2.5/s', '']],
    [box('pipe'), {}, ['0 events', '']],
    [box('queue'), { waiting: 1200, oldestSeconds: 75 }, ['1,200 waiting', 'oldest 75 s']],
    [box('function'), { count: 3, failed: 2 }, ['3 handled', '✕ 2 failed']],
    [box('dlq'), { waiting: 1 }, ['1 dead letter']],
    [box('rule', { ...subscriber('a', []), ruleState: 'DISABLED' }), { count: 4 }, ['✕ disabled', '4 matched']],
    [box('rule', { ...subscriber('a', []), ruleState: 'missing' }), {}, ['✕ deleted']],
  ])('of %j with %j are %j', (of, numbers, lines) => {
    expect(linesOf(of, numbers)).toEqual(lines);
  });

  test('of an event are how often a rule matched it', () => {
    const parts = { 'rule first': { count: 3 }, 'rule third': { count: 5 } };
    const page = { parts, subscribers: CHAIN } as unknown as FlowPage;
    expect([eventCount(page, 'A'), eventCount(page, 'B'), eventCount(page, 'C')]).toEqual([
      '5 events',
      '0 events',
      'no subscriber',
    ]);
  });

  test('of an event that every subscriber chooses from are how often it came at least', () => {
    const [second, first] = CHAIN.map((each) => ({ ...each, where: 'size is S' }));
    const parts = { 'rule first': { count: 3 }, 'rule third': { count: 5 }, 'rule second': { count: 1 } };
    const page = { parts, subscribers: [second, first, CHAIN[2]] } as unknown as FlowPage;
    expect([eventCount(page, 'A'), eventCount(page, 'B')]).toEqual(['5 events', 'at least 1 event']);
  });

  test('of a condition are cut in the picture', () => {
    expect(whereText('')).toBe('');
    expect(whereText('size is S')).toBe(' where size is S');
    expect(whereText('x'.repeat(91))).toBe(` where ${'x'.repeat(89)}…`);
    expect(whereText('x'.repeat(91), Number.POSITIVE_INFINITY)).toBe(` where ${'x'.repeat(91)}`);
  });

  test('of effects name the first, and count the others', () => {
    expect(['a:B', 'a:C', 'a:D'].map((_, index, all) => effectsText(all.slice(index)))).toEqual([
      'a: B and 2 more',
      'a: C and 1 more',
      'a: D',
    ]);
    expect(effectsText([])).toBe('');
  });
});
