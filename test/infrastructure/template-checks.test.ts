import { describe, expect, test } from '@jest/globals';
import { DEFAULT_SETTINGS } from '../../cdk/stage-settings.ts';
import { SUBSCRIBER_ACCESS, type SubscriberAccess } from '../../services/shared/subscription.ts';
import { findReplacements, RELEASED_STACKS, readReleased } from '../../tools/checks/released-resources.ts';
import { loadSpecification } from '../../tools/checks/specification.ts';
import { type StageTemplate, stageTemplate } from '../../tools/stage-template.ts';
import { findDestroyedData, findUndecidedRemovals } from './support/removal-checks.ts';
import { foundSubscriber, synthesize } from './support/synthesize.ts';
import { findTemplateProblems } from './support/template-validator.ts';

const specification = loadSpecification();
const isStateful = (type: string): boolean => specification.resourceType(type)?.isStateful ?? false;

/** The pipeline with everything that a stage can switch on, and a subscriber with every access. */
function withEverything(): StageTemplate {
  const flags = Object.entries(DEFAULT_SETTINGS).filter(([, value]) => typeof value === 'boolean');
  return synthesize({
    settings: {
      ...Object.fromEntries(flags.map(([name]) => [name, true])),
      archiveRetentionDays: 30,
      alarmEmail: 'operators@example.com',
      bucketTags: { 'cost-center': '4711' },
      bucketLifecycle: { abortUploadsAfterDays: 7 },
    },
    subscribers: [
      foundSubscriber('greedy', { access: Object.keys(SUBSCRIBER_ACCESS) as SubscriberAccess[], replays: 'skip' }),
      foundSubscriber('modest', { schemaVersion: 1 }),
    ],
  }).toJSON() as StageTemplate;
}

describe.each([
  ['dev', () => stageTemplate({ stage: 'dev' })],
  ['prod', () => stageTemplate({ stage: 'prod' })],
  ['with everything switched on', async () => withEverything()],
])('the template of %s', (_, synthesized) => {
  test(`holds nothing that CloudFormation would refuse, by ${specification.version}`, async () => {
    const template = await synthesized();
    expect(Object.keys(template.Resources).length).toBeGreaterThan(20);
    expect(findTemplateProblems(template, specification)).toEqual([]);
  });

  test('has a decision for each resource on what becomes of it', async () => {
    expect(findUndecidedRemovals(await synthesized(), isStateful)).toEqual([]);
  });
});

test.each([
  ['dev', 'DEBUG', 7],
  ['prod', 'INFO', 365],
])('in %s, functions log JSON from %s on, and every log is kept for %d days', async (stage, level, days) => {
  const resources = Object.values((await stageTemplate({ stage })).Resources);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const [functions, logs] = [ofType('AWS::Lambda::Function'), ofType('AWS::Logs::LogGroup')];
  // The pipe has one too.
  expect(logs).toHaveLength(functions.length + 1);
  for (const fn of functions) {
    expect(fn).toMatchObject({ LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: level } });
  }
  for (const log of logs) expect(log).toMatchObject({ RetentionInDays: days });
});

test('in prod, nothing that holds data is ever deleted with the stack', async () => {
  expect(findDestroyedData(await stageTemplate({ stage: 'prod' }))).toEqual([]);
  expect(findDestroyedData(await stageTemplate({ stage: 'dev' }))).not.toEqual([]);
});

test('in a stage of any other name, which sets nothing, neither, and nothing is open to everyone', async () => {
  const template = await stageTemplate({ stage: 'staging', stages: { staging: {} } });
  expect(findDestroyedData(template)).toEqual([]);
  const { Environment } = (Object.entries(template.Resources).find(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith('BucketService'),
  )?.[1].Properties ?? {}) as { Environment?: { Variables: Record<string, unknown> } };
  expect(Environment?.Variables).toMatchObject({ BUCKET_CORS: 'false', BUCKET_PUBLIC_LISTING: 'false' });
});

test.each(RELEASED_STACKS)('a deployment replaces no released resource: $name', async (stack) => {
  const released = readReleased(stack);
  expect(Object.keys(released).length).toBeGreaterThan(20);
  expect(findReplacements(released, await stageTemplate(stack.context), specification)).toEqual([]);
});
