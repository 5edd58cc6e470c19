import { describe, expect, test } from '@jest/globals';
import {
  keepingItems,
  monthlyItems,
  registrationItems,
  replayItems,
  total,
  twoFunctionItems,
} from '../../../../tools/capacity/line-items.ts';
import { bucketCalls } from '../../../../tools/capacity/stack-facts.ts';
import { BUCKET_VARIABLES, bucketMaker, recorder, smallStack } from './support/small-stack.ts';

const dollars = (items: ReturnType<typeof registrationItems>) =>
  Object.fromEntries(items.map(({ what, usd }) => [what, Number(usd.toFixed(4))]));

describe('a million registrations', () => {
  test('cost what each line says', () => {
    expect(dollars(registrationItems(smallStack))).toEqual({
      'The row: written by the sign-up, and once more with the URI': 1.25, // 2 M write units
      'The pipe': 0.4,
      'Events on the bus': 2, // UserRegistered and BucketCreated
      'Events into the archive': 0.15, // 1,500 bytes each
      'bucket-service: deliveries by the rule': 0,
      'bucket-service: its queue': 1.2, // sent, received, deleted
      'bucket-service: invocations': 0.2,
      'bucket-service: running, starts included': 2.08, // 7 + 250 + 30 ms, 5 % of 500 ms, half a GB
      'bucket-service: log': 0.9825, // 1,165 and 800 bytes
      'bucket-service: traces': 5,
      'bucket-service: calls to S3 for the bucket': 5,
      'uri-recorder: deliveries by the rule': 0,
      'uri-recorder: its queue': 1.2,
      'uri-recorder: invocations': 0.2,
      'uri-recorder: running, starts included': 0.3133, // 7 + 15 ms, 5 % of 500 ms, half a GB
      'uri-recorder: log': 0.9825,
      'uri-recorder: traces': 5,
    });
    expect(total(registrationItems(smallStack))).toBeCloseTo(25.9583, 4);
  });

  test('cost less where nothing is archived or traced, and with half the memory', () => {
    const { archiveDays: _, ...unarchived } = smallStack;
    const subscribers = [
      { ...bucketMaker, memoryMb: 256, isTraced: false },
      { ...recorder, isTraced: false },
    ];
    expect(total(registrationItems({ ...unarchived, subscribers }))).toBeCloseTo(25.9583 - 0.15 - 10 - 1.04, 4);
  });

  test('cost nothing more for a subscriber to an event that no registration makes', () => {
    const idle = { ...recorder, name: 'idle', events: ['SomethingElse'] };
    const items = registrationItems({ ...smallStack, subscribers: [...smallStack.subscribers, idle] });
    expect(total(items)).toBeCloseTo(25.9583, 4);
  });

  test('cost 16.01 dollars in two functions, on the same assumptions', () => {
    expect(dollars(twoFunctionItems(smallStack))).toEqual({
      'The row: written by the sign-up, and once more with the URI': 1.25,
      'first function: invocations': 0.2,
      'first function: running, starts included': 0.4133, // 7 + 30 ms, 5 % of 500 ms, half a GB
      'first function: log': 0.9825,
      'first function: traces': 5,
      'second function: invocations': 0.2,
      'second function: running, starts included': 1.98, // 7 + 250 + 15 ms, 5 % of 500 ms, half a GB
      'second function: log': 0.9825,
      'second function: calls to S3 for the bucket': 5,
    });
  });
});

test('a month costs alarms by metric, metrics, dashboards, and receives that find nothing', () => {
  expect(dollars(monthlyItems(smallStack))).toEqual({
    Alarms: 1.2,
    'Custom metrics, in a month in which they are sent': 3, // 2 services with 5
    Dashboards: 3,
    'Empty receives from queues': 0.5184, // 2 queues, 5 pollers, every 20 s
  });
});

test('what a million registrations left costs rows, backup, archive and logs', () => {
  expect(dollars(keepingItems(smallStack))).toEqual({
    Rows: 0.25,
    'Their continuous backup': 0.2,
    'Events in the archive': 0.0345,
    'Their log': 0.1179,
  });
  // an existing table's rows are billed to who owns it
  expect(dollars(keepingItems({ ...smallStack, tables: 0 }))).not.toHaveProperty('Rows');
});

test.each([
  ['no option', {}, 1],
  ['CORS', { BUCKET_CORS: 'true' }, 2],
  ['tags', { BUCKET_TAGS: '{"team":"sign-up"}' }, 1],
  ['listing, which opens the bucket first', { BUCKET_PUBLIC_LISTING: 'true' }, 3],
])('with %s, a bucket takes this many calls', (_, variables, calls) => {
  expect(bucketCalls({ ...bucketMaker, variables: { ...BUCKET_VARIABLES, ...variables } })).toBe(calls);
});

test('a replay of a million events costs them, and what the subscriber that does least does with them', () => {
  const items = dollars(replayItems(smallStack));
  expect(items['Replayed events']).toBe(1);
  expect(Object.keys(items).filter((what) => what.startsWith('uri-recorder: '))).toHaveLength(6);
  expect(total(replayItems(smallStack))).toBeCloseTo(1 + 0 + 1.2 + 0.2 + 0.3133 + 0.9825 + 5, 3);
});
