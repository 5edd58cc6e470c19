import { describe, expect, test } from '@jest/globals';
import { planEvent } from '../../../../cli/commands/new/plan-event.ts';
import { planSubscriber } from '../../../../cli/commands/new/plan-subscriber.ts';
import { newestContracts } from '../../../../schemas/generated/event-contracts.ts';

const nothing = () => false;
const only = (path: string) => (asked: string) => asked === path;
const EVENTS = `the events are ${Object.keys(newestContracts).join(', ')}`;

describe('planning a subscriber', () => {
  test.each([
    ['Welcome', 'BucketCreated', nothing, 'must be named in kebab-case'],
    ['2-welcome', 'BucketCreated', nothing, 'every word beginning with a letter'],
    ['welcome-2', 'BucketCreated', nothing, 'every word beginning with a letter'],
    ['../welcome', 'BucketCreated', nothing, 'must be named in kebab-case'],
    ['', 'BucketCreated', nothing, 'must be named in kebab-case'],
    ['x'.repeat(41), 'BucketCreated', nothing, 'at most 40 characters'],
    ['shared', 'BucketCreated', nothing, 'services/shared holds what services share'],
    ['event-bus', 'BucketCreated', nothing, 'must not have the name of a part of the stack'],
    ['delete', 'BucketCreated', nothing, 'delete is a word of the language'],
    ['handler', 'BucketCreated', nothing, 'use handler already'],
    ['welcome', 'ScaffoldLost', nothing, `there is no event ScaffoldLost; ${EVENTS}`],
    ['welcome', 'toString', nothing, `there is no event toString; ${EVENTS}`],
    ['welcome', undefined, nothing, `say with --on which event welcome wants; ${EVENTS}`],
    ['welcome', 'BucketCreated', only('services/welcome'), 'services/welcome is there already'],
    ['welcome', 'BucketCreated', only('test/unit/services/welcome'), 'test/unit/services/welcome is there already'],
  ])('%s on %s is refused', (name, event, isTaken, reason) => {
    expect(planSubscriber({ name, event }, isTaken)).toEqual({ refused: expect.stringContaining(reason) });
  });

  test.each(Object.keys(newestContracts))('%s can be wanted', (event) => {
    expect(planSubscriber({ name: 'x'.repeat(40), event }, nothing)).toHaveProperty('files.length', 4);
  });
});

describe('planning an event', () => {
  test.each([
    ['scaffoldTried', undefined, nothing, 'PascalCase'],
    ['UserRegistered', undefined, nothing, 'there is an event UserRegistered already'],
    ['ScaffoldTried', 'aws.users', nothing, '--source must name the producer'],
    ['ScaffoldTried', '', nothing, '--source must name the producer'],
    ['ScaffoldTried', 'sign up', nothing, '--source must name the producer'],
    ['ScaffoldTried', 's'.repeat(257), nothing, '--source must name the producer'],
    ['ScaffoldTried', undefined, only('schemas/scaffold-tried.v1.schema.json'), 'schema.json is there already'],
    [
      'ScaffoldTried',
      undefined,
      only('schemas/released/scaffold-tried.v1.schema.json'),
      'schema.json is there already',
    ],
    [
      'ScaffoldTried',
      undefined,
      only('schemas/samples/scaffold-tried.v1.json'),
      'scaffold-tried.v1.json is there already',
    ],
  ])('%s from %s is refused', (name, source, isTaken, reason) => {
    expect(planEvent({ name, source }, isTaken)).toEqual({ refused: expect.stringContaining(reason) });
  });

  test('the producer is the one that is named, or the likely one', () => {
    expect(planEvent({ name: 'ScaffoldTried', source: 'sign-up' }, nothing)).toHaveProperty('source', 'sign-up');
    expect(planEvent({ name: 'ScaffoldTried', source: undefined }, nothing)).toHaveProperty(
      'source',
      'scaffold-service',
    );
  });
});
