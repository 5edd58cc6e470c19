import { expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Subscriber } from '../../cdk/index.ts';
import { whereProblems } from '../../cdk/where/index.ts';
import { BucketCreated } from '../../schemas/generated/event-contracts.ts';
import type { Subscription } from '../../services/shared/subscription.ts';
import type { Where } from '../../services/shared/where.ts';

/** The compiler checks this file with all others: a mistake that it lets pass makes it complain of the line above. */

const RIGHT: readonly Subscription[] = [
  { event: 'BucketCreated' },
  { event: 'BucketCreated', where: {} },
  { event: 'BucketCreated', where: { region: ['eu-west-1', { prefix: 'us-' }, { wildcard: 'ap-*-1' }] } },
  { event: 'BucketCreated', where: { region: [{ suffix: { 'equals-ignore-case': '-1' } }] } },
  {
    event: 'BucketCreated',
    schemaVersion: 1,
    where: { bucketName: [{ 'anything-but': { prefix: ['siu', 'test'] } }] },
  },
  {
    event: 'UserRegistered',
    where: { userId: [{ cidr: '10.0.0.0/8' }], registeredAt: [{ numeric: ['>', 1, '<=', 9] }] },
  },
  { event: 'UserRegistered', where: { registeredAt: [7, { 'anything-but': [8, 9] }] }, replays: 'skip' },
];

const WRONG: readonly Subscription[] = [
  // @ts-expect-error: that is a field of another event
  { event: 'UserRegistered', where: { bucketName: ['siu'] } },
  // @ts-expect-error: that is no field
  { event: 'BucketCreated', where: { regoin: ['eu-west-1'] } },
  // @ts-expect-error: that is a text
  { event: 'BucketCreated', where: { region: [1] } },
  // @ts-expect-error: that is a number
  { event: 'BucketCreated', where: { createdAt: ['1'] } },
  // @ts-expect-error: a number has no beginning
  { event: 'BucketCreated', where: { createdAt: [{ prefix: '1' }] } },
  // @ts-expect-error: a text is no number
  { event: 'BucketCreated', where: { region: [{ numeric: ['>', 1] }] } },
  // @ts-expect-error: the lower bound comes first
  { event: 'BucketCreated', where: { createdAt: [{ numeric: ['<', 5, '>', 1] }] } },
  // @ts-expect-error: the field is always there
  { event: 'BucketCreated', where: { region: [{ exists: false }] } },
  // @ts-expect-error: nothing could match
  { event: 'BucketCreated', where: { region: [] } },
  // @ts-expect-error: a list says what it may be
  { event: 'BucketCreated', where: { region: 'eu-west-1' } },
  // @ts-expect-error: there is no such version
  { event: 'BucketCreated', schemaVersion: 2 },
];

/** Two kinds of orders: only one has a price. */
type Order = { size?: 'S' | 'M'; isNew: boolean; lines: { name: string }[]; words: string[] } & (
  | { kind: 'sale'; price: number }
  | { kind: 'gift' }
);

const ORDERS: readonly Where<Order>[] = [
  { size: ['S', { exists: false }, { prefix: 'M' }], isNew: [true] },
  { lines: { name: ['shirt', { prefix: 's' }] }, words: ['x', { exists: false }] },
  { kind: ['sale'], price: [{ numeric: ['>', 1] }] },
  // @ts-expect-error: there is no such size
  { size: ['XL'] },
  // @ts-expect-error: that is true or false
  { isNew: ['true'] },
  // @ts-expect-error: its elements have no such field
  { lines: { nmae: ['shirt'] } },
];

test('what compiles can match, and what does not compile is refused at synthesis as well', () => {
  const problems = ({ event, schemaVersion = 'any', where = {} }: Subscription) => {
    const source = event === 'BucketCreated' ? 'bucket-service' : 'users-table';
    return whereProblems(where, { source, detailType: event, schemaVersion });
  };
  expect(RIGHT.map(problems)).toEqual(RIGHT.map(() => []));
  // All but the one that names a version.
  expect(WRONG.map((each) => problems(each).length)).toEqual([...WRONG.slice(1).map(() => 1), 0]);
  expect(ORDERS).toHaveLength(6);
});

test('in an app of another team, the contract types the conditions too', () => {
  const stack = new Stack(new App(), 'Types');
  const common = { code: Code.fromInline('//'), bus: new EventBus(stack, 'Bus') };
  new Subscriber(stack, 'One', {
    ...common,
    serviceName: 'one',
    event: BucketCreated,
    where: { region: ['eu-west-1'] },
  });
  const own = { source: 'shop', detailType: 'ShirtOrdered' };
  new Subscriber(stack, 'Two', {
    ...common,
    serviceName: 'two',
    event: own,
    where: { size: ['S'], lines: { no: [1] } },
  });
  expect(
    () =>
      new Subscriber(stack, 'Three', {
        ...common,
        serviceName: 'three',
        event: BucketCreated,
        // @ts-expect-error: that is no field
        where: { regoin: ['eu-west-1'] },
      }),
  ).toThrow(/^three: where\.regoin is not a field of bucket-created\.v1; .* did you mean region\?$/);
});
