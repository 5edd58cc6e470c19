import { expect, test } from '@jest/globals';
import { retirementVariables } from '../../../../services/bucket-retirer/retirement-settings.ts';
import { deletionItems, settledRegistrationItems } from '../../../../tools/capacity/leaving-costs.ts';
import { handlingMs, registrationItems, total } from '../../../../tools/capacity/line-items.ts';
import { bucketCalls } from '../../../../tools/capacity/stack-facts.ts';
import { recorder, smallStack } from './support/small-stack.ts';

const variables = retirementVariables({
  prefix: 'siu',
  namespace: 'account-regional',
  accountId: '123456789012',
  region: 'us-east-1',
});
const restorer = { ...recorder, name: 'bucket-restorer', variables };
const retirer = { ...restorer, name: 'bucket-retirer', events: ['UserDeleted'] };
const leaving = { ...smallStack, pipes: 2, subscribers: [...smallStack.subscribers, restorer, retirer] };

test('given who retires buckets, they make none, and wait three times for S3 and once for the table', () => {
  expect(bucketCalls(restorer)).toBe(0);
  expect(handlingMs(restorer)).toBe(7 + 15 + 3 * 250);
});

test('given two pipes, a registration passes one of them', () => {
  const pipeOf = (facts: typeof smallStack) => registrationItems(facts).find(({ what }) => what === 'The pipe')?.units;
  expect(pipeOf(leaving)).toBe(1_000_000);
  expect(pipeOf(smallStack)).toBe(1_000_000);
});

test('a registration is looked at by one of them, and a deletion by the other', () => {
  const of = (items: ReturnType<typeof deletionItems>) =>
    Object.fromEntries(items.map(({ what, usd }) => [what, Number(usd.toFixed(2))]));
  expect(of(settledRegistrationItems(leaving))).toMatchObject({
    'bucket-restorer: traces': 5,
    'bucket-retirer: traces': 0,
    'calls to S3': 15,
    'reads of rows': 1.25,
  });
  expect(of(deletionItems(leaving))).toMatchObject({
    'the pipe of deletions': 0.4,
    'events on the bus': 1,
    'bucket-retirer: traces': 5,
    'calls to S3': 25,
    'reads of rows': 1.25,
  });
  expect(of(deletionItems(leaving))).not.toHaveProperty('bucket-restorer: traces');
  expect(total(deletionItems(smallStack))).toBeLessThan(total(deletionItems(leaving)));
});
