import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FoundSubscriber } from '../../cdk/find-subscribers.ts';
import { subscriberId, subscriberNameProblem } from '../../cdk/subscriber-name.ts';
import { foundSubscriber, pipelineStack, synthesize } from './support/synthesize.ts';

/** Synthesizing takes up to a fifth of a second: few sets, each of many names. */
const RUNS = { numRuns: 4 };

/** What a template holds, by the ids that must not meet: each resource and output with all that it says. */
type Parts = Readonly<Record<string, unknown>>;

function partsOf(names: readonly string[]): Parts {
  // Each asks for everything that there is, and all want the same event.
  const subscribers = names.map((name) =>
    foundSubscriber(name, { access: ['create-user-buckets', 'update-users-table', 'publish-events'] }),
  );
  const { Resources, Outputs } = synthesize({ subscribers }).toJSON();
  const ofOneOrNone = Object.entries(Resources as Readonly<Record<string, { Type: string }>>).filter(
    ([, { Type }]) => Type !== 'AWS::CloudWatch::Dashboard', // it shows them all
  );
  return {
    ...Object.fromEntries(ofOneOrNone),
    ...Object.fromEntries(Object.entries(Outputs).map(([key, value]) => [`output ${key}`, value])),
  };
}

const BARE = partsOf([]);

/** What there is because of one subscriber. */
function ownParts(parts: Parts): Parts {
  return Object.fromEntries(Object.entries(parts).filter(([id]) => !(id in BARE)));
}

/** Words of which the CDK's ids are made, or the stack's own, so that names come close to meeting. */
const WORDS = [
  'a',
  'b',
  'ab',
  'queue',
  'dead',
  'letters',
  'rule',
  'event',
  'bus',
  'pipe',
  'default',
  'resource',
  'user',
];
const wordNames = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join('-'));
const anyNames = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z][a-z0-9]{0,6}){0,3}$/);
const serviceName = fc
  .oneof({ weight: 3, arbitrary: wordNames }, anyNames)
  .filter((name) => subscriberNameProblem(name) === undefined);
const manyNames = fc.uniqueArray(serviceName, { minLength: 6, maxLength: 10 });

describe('the names of subscribers', () => {
  test('of any set, each has all parts of its own, and no part of the stack changes', () => {
    const partsOfOne = Object.keys(ownParts(partsOf(['audit']))).length;
    expect(partsOfOne).toBeGreaterThan(10);
    fc.assert(
      fc.property(manyNames, (names) => {
        const parts = partsOf(names);
        expect(parts).toMatchObject(BARE);
        expect(Object.keys(ownParts(parts))).toHaveLength(names.length * partsOfOne);
      }),
      RUNS,
    );
  });

  test('given one removed, its parts are gone and all others are the same to the letter; given one renamed as well', () => {
    fc.assert(
      fc.property(manyNames, ([one = '', other = '', ...rest]) => {
        const removed = partsOf(rest);
        const alone = ownParts(partsOf([one]));
        const renamed = ownParts(partsOf([other]));
        expect(partsOf([...rest, one])).toEqual({ ...removed, ...alone });
        expect(partsOf([other, ...rest])).toEqual({ ...removed, ...renamed });
        expect(Object.keys(renamed).filter((id) => id in alone)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('two of one event share nothing but the bus and what they were given access to', () => {
    const parts = partsOf(['audit', 'welcome-email']);
    const audit = ownParts(partsOf(['audit']));
    const welcome = ownParts(partsOf(['welcome-email']));
    for (const [one, other] of [
      [audit, welcome],
      [welcome, audit],
    ] as const) {
      const text = JSON.stringify(one);
      expect(Object.keys(other).filter((id) => text.includes(`"${id}"`))).toEqual([]);
    }
    expect(typesIn(audit)).toEqual(typesIn(welcome));
    expect(typesIn(audit)).toEqual([
      'AWS::CloudWatch::Alarm', // for the dead-letter queue
      'AWS::CloudWatch::Alarm', // for the backlog
      'AWS::CloudWatch::Alarm', // for failed invocations
      'AWS::CloudWatch::Alarm', // for throttled ones
      'AWS::CloudWatch::Alarm', // for events that reached no queue
      'AWS::Events::Rule',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
      'AWS::SQS::Queue', // of dead letters
      'AWS::SQS::QueuePolicy',
      'AWS::SQS::QueuePolicy',
    ]);
    expect(Object.keys(parts).sort()).toEqual([BARE, audit, welcome].flatMap(Object.keys).sort());
  });

  test('different ones are different ids, however the words are put together', () => {
    const longer = (names: readonly string[]) => names.flatMap((name) => WORDS.map((word) => `${name}-${word}`));
    const names = [WORDS, longer(WORDS), longer(longer(WORDS))].flat();
    expect(new Set(names.map(subscriberId)).size).toBe(names.length);
  });
});

describe('a name is refused', () => {
  test('that is the id of a part of the stack, or makes an output that the stack has', () => {
    const ids = pipelineStack({ subscribers: [] }).node.children.map(({ node }) => node.id);
    const endings = Object.keys(outputsOf(foundSubscriber('audit'))).map((key) => key.replace(/^Audit/, ''));
    const outputs = Object.keys(outputsOf()).flatMap((key) =>
      endings.filter((ending) => key.endsWith(ending)).map((ending) => key.slice(0, -ending.length)),
    );
    expect(endings).toHaveLength(3);
    const taken = [...ids, ...outputs].map((id) => id.replaceAll(/(?<=.)([A-Z])/g, '-$1').toLowerCase());
    expect(taken).toEqual(expect.arrayContaining(['event-bus', 'pipe']));
    expect(taken.filter((name) => subscriberNameProblem(name) === undefined)).toEqual([]);
  });

  test('whose ids the CDK would leave out, so that they could meet those of another', () => {
    // The CDK's rule (aws-cdk-lib, core/lib/private/uniqueid): what is below Default is named as if it stood beside it.
    const letters = { ...foundSubscriber('default'), id: 'Default' };
    const collide = () => synthesize({ subscribers: [letters, foundSubscriber('dead-letters')] });
    expect(collide).toThrow(/DeadLetters/);
    for (const name of ['default', 'resource']) expect(subscriberNameProblem(name)).toMatch(/CDK leaves out/);
  });
});

/** The outputs that are there because of a subscriber, or without one. */
function outputsOf(subscriber?: FoundSubscriber): Record<string, unknown> {
  const { Outputs } = synthesize({ subscribers: subscriber ? [subscriber] : [] }).toJSON();
  return Object.fromEntries(Object.entries(Outputs).filter(([key]) => !subscriber || !(`output ${key}` in BARE)));
}

function typesIn(parts: Parts): string[] {
  return Object.values(parts)
    .flatMap((part) => (part as { Type?: string }).Type ?? [])
    .sort();
}
