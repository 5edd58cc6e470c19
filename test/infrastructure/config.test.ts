import { describe, expect, test } from '@jest/globals';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { loadConfig, type PipelineConfig } from '../../cdk/config.ts';
import { ConfigError } from '../../cdk/context.ts';
import { type BucketSettings, bucketSettings, bucketVariables } from '../../services/bucket-service/bucket-settings.ts';
import {
  bucketTags as bucketTagsOf,
  OWN_TAG_KEYS,
  RETIREMENT_TAGS,
} from '../../services/bucket-service/bucket-tags.ts';
import { quote } from '../../services/shared/field.ts';
import { settings as settingsOfBuckets } from '../unit/services/bucket-service/settings.ts';
import { registration } from '../unit/services/registrations.ts';
import { projectContext } from './support/synthesize.ts';

const tableArn = 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/USER-DB';
const tableStreamArn = `${tableArn}/stream/2024-04-30T06:27:15.000`;

function load(context: Readonly<Record<string, unknown>>): PipelineConfig {
  return loadConfig(context);
}

function problemsOf(context: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    load(context);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

/** As bucket-service reads in Tokyo what the stack gives it. */
const asRead = (settings: BucketSettings) =>
  bucketSettings({ ...bucketVariables(settings), AWS_REGION: settings.region });

const withSettings = (settings: unknown) => ({ stage: 'dev', stages: { dev: settings } });

describe('config', () => {
  test('of a stage that sets nothing: the cautious defaults', () => {
    expect(load(withSettings({}))).toEqual({
      stage: 'dev',
      userIdAttribute: 'userId',
      bucketNamePrefix: 'siu',
      bucketNamespace: 'account-regional',
      bucketCors: false,
      bucketPublicListing: false,
      bucketTlsOnly: false,
      bucketTags: {},
      bucketLifecycle: {},
      whenUserLeaves: 'nothing',
      emptyBucketAfterDays: 30,
      parallelizationFactor: 10,
      removalPolicy: 'retain',
      terminationProtection: true,
      tableDeletionProtection: true,
      logRetentionDays: 90,
      archiveRetentionDays: 0,
      schemaRegistry: true,
      busSubscribers: {},
      logLevel: 'INFO',
      alarmEmail: '',
      alarmOldestMessageSeconds: 300,
      alarmPipeFailures: 1,
      alarmFunctionErrors: 1,
      alarmFunctionThrottles: 10,
      serviceLevelSeconds: 5,
    });
  });

  test.each(['', 'Dev', '1st', 'a--b', 'eu-', 'eu_west', 'eu.west', 'über', 'name-of-21-characters'])(
    'of a stage whose name is %j, is refused with what is allowed',
    (stage) => {
      expect(problemsOf({ stage, stages: { [stage]: {} } })).toEqual([
        `stages: a stage's name must be 1 to 20 lower-case letters, digits and single hyphens, beginning with a letter; got "${stage}"`,
      ]);
    },
  );

  test.each(['dev', 'prod'])('of the project’s own stage %s: is accepted', (stage) => {
    expect(load({ ...projectContext, stage }).stage).toBe(stage);
  });

  test('of the project’s dev and prod: dev leaves nothing behind, prod keeps everything', () => {
    const { stages } = projectContext;
    expect(load({ stage: 'dev', stages })).toMatchObject({ removalPolicy: 'destroy', terminationProtection: false });
    expect(load({ stage: 'prod', stages })).toMatchObject({
      removalPolicy: 'retain',
      terminationProtection: true,
      tableDeletionProtection: true,
      archiveRetentionDays: 0,
    });
  });

  test.each([
    ['retain', true],
    ['destroy', false],
  ])(
    'with removalPolicy %s and nothing more: whether the table is protected from being deleted is %s',
    (removalPolicy, is) => {
      expect(load(withSettings({ removalPolicy })).tableDeletionProtection).toBe(is);
    },
  );

  test('with removalPolicy retain: a table may be left unprotected all the same', () => {
    expect(load(withSettings({ tableDeletionProtection: false })).tableDeletionProtection).toBe(false);
  });

  test.each([
    ['on the command line', { tableArn, tableStreamArn }, {}],
    ['in the stage', {}, { tableArn, tableStreamArn }],
    ['in both, where the command line wins', { tableArn, tableStreamArn }, { tableArn: 'x', tableStreamArn: 'y' }],
  ])('with a table that is there already, named %s', (_, context, settings) => {
    expect(load({ ...withSettings(settings), ...context }).existingTable).toEqual({ tableArn, tableStreamArn });
  });

  const settingNames =
    'userIdAttribute, bucketNamePrefix, bucketNamespace, bucketCors, bucketPublicListing, bucketTlsOnly, bucketTags, ' +
    'bucketLifecycle, whenUserLeaves, emptyBucketAfterDays, parallelizationFactor, removalPolicy, terminationProtection, tableDeletionProtection, logRetentionDays, archiveRetentionDays, schemaRegistry, busSubscribers, logLevel, alarmEmail, alarmOldestMessageSeconds, alarmPipeFailures, alarmFunctionErrors, alarmFunctionThrottles, serviceLevelSeconds, tableArn, tableStreamArn';

  test('with a context value that nothing knows: is refused for that alone, since it may have meant another stage', () => {
    expect(problemsOf({ ...withSettings({ logLevel: 'LOUD' }), stgae: 'prod' })).toEqual([
      expect.stringMatching(/^stgae is no context value of this project .*; did you mean stage\?$/),
    ]);
  });

  test.each<[object, string]>([
    [
      { userIdAttribute: 'user id' },
      'userIdAttribute must be a text of 1 to 255 letters, digits, _ and -; got "user id"',
    ],
    [
      { userIdAttribute: '사용자' },
      'userIdAttribute must be a text of 1 to 255 letters, digits, _ and -; got "사용자"',
    ],
    [
      { userIdAttribute: 'user.id' },
      'userIdAttribute must be a text of 1 to 255 letters, digits, _ and -; got "user.id"',
    ],
    [
      { userIdAttribute: 's3_bucket_uri' },
      'userIdAttribute must not be s3_bucket_uri or s3_bucket_url, which uri-recorder writes; got "s3_bucket_uri"',
    ],
    [
      { bucketNamePrefix: 'SIU' },
      'bucketNamePrefix must be a text of 1 to 8 lower-case letters and digits, at most 7 in the account-regional namespace; got "SIU"',
    ],
    [
      { bucketNamePrefix: '' },
      'bucketNamePrefix must be a text of 1 to 8 lower-case letters and digits, at most 7 in the account-regional namespace; got ""',
    ],
    [
      { bucketNamePrefix: 'ninechars' },
      'bucketNamePrefix must be a text of 1 to 8 lower-case letters and digits, at most 7 in the account-regional namespace; got "ninechars"',
    ],
    ...['x', 'xn', 'sthree', 'amzn'].map((prefix): [object, string] => [
      { bucketNamePrefix: prefix },
      `bucketNamePrefix must not begin a prefix that S3 reserves (xn--, sthree-, amzn-s3-demo-); got "${prefix}"`,
    ]),
    [
      { bucketNamePrefix: 'eightlet' },
      'bucketNamePrefix must have at most 7 characters in the account-regional namespace, so that names fit in every Region; got "eightlet"',
    ],
    [{ bucketNamespace: 'regional' }, 'bucketNamespace must be one of account-regional, global; got "regional"'],
    [{ bucketCors: 'true' }, 'bucketCors must be true or false; got "true"'],
    [{ bucketPublicListing: 1 }, 'bucketPublicListing must be true or false; got 1'],
    [{ bucketTlsOnly: 'yes' }, 'bucketTlsOnly must be true or false; got "yes"'],
    [
      { bucketLifecycle: { deleteAfterDays: 1 } },
      'bucketLifecycle must be an object with any of abortUploadsAfterDays (a whole number from 1 to 36500), ' +
        'intelligentTieringAfterDays (a whole number from 1 to 36500), ' +
        'expireObjectsAfterDays (a whole number from 1 to 36500); got {"deleteAfterDays":1}',
    ],
    [
      { bucketLifecycle: { expireObjectsAfterDays: 30, intelligentTieringAfterDays: 30 } },
      'bucketLifecycle must have expireObjectsAfterDays after intelligentTieringAfterDays; ' +
        'got {"expireObjectsAfterDays":30,"intelligentTieringAfterDays":30}',
    ],
    [{ whenUserLeaves: 'delete' }, 'whenUserLeaves must be one of nothing, keep, empty-and-delete; got "delete"'],
    [
      { whenUserLeaves: 'empty-and-delete', emptyBucketAfterDays: 0 },
      'emptyBucketAfterDays must be a whole number from 1 to 3650; got 0',
    ],
    [
      { whenUserLeaves: 'keep', emptyBucketAfterDays: 7 },
      'emptyBucketAfterDays has an effect only with whenUserLeaves empty-and-delete: set that, or leave this out; got 7',
    ],
    [{ removalPolicy: 'snapshot' }, 'removalPolicy must be one of destroy, retain; got "snapshot"'],
    [{ tableDeletionProtection: 'on' }, 'tableDeletionProtection must be true or false; got "on"'],
    [
      { removalPolicy: 'destroy', tableDeletionProtection: true },
      'tableDeletionProtection must be false with removalPolicy destroy, or CloudFormation could not delete the stack; got true',
    ],
    [{ terminationProtection: null }, 'terminationProtection must be true or false; got null'],
    [
      { logRetentionDays: 8 },
      'logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; got 8',
    ],
    [{ archiveRetentionDays: -1 }, 'archiveRetentionDays must be a whole number from 0 to 36500; got -1'],
    [{ archiveRetentionDays: 1.5 }, 'archiveRetentionDays must be a whole number from 0 to 36500; got 1.5'],
    [{ schemaRegistry: 'no' }, 'schemaRegistry must be true or false; got "no"'],
    ...[
      { accounts: ['12345678901'] },
      { accounts: ['111122223333', '111122223333'] },
      { accounts: '111122223333' },
      { organizations: ['r-a1b2'] },
      { everybody: true },
      { accounts: Array.from({ length: 13 }, (_, index) => String(111_122_223_300 + index)) },
    ].map((busSubscribers): [object, string] => [
      { busSubscribers },
      'busSubscribers must be an object with any of accounts (a list without repeats of account ids of 12 digits) and ' +
        'organizations (a list without repeats of organization ids, such as o-a1b2c3d4e5), at most 12 in all; ' +
        `got ${quote(busSubscribers)}`,
    ]),
    [{ logLevel: 'debug' }, 'logLevel must be one of DEBUG, INFO; got "debug"'],
    // Lambda would drop the metrics: their lines have no level, and count as INFO.
    [{ logLevel: 'WARN' }, 'logLevel must be one of DEBUG, INFO; got "WARN"'],
    [{ alarmEmail: 'me at home' }, 'alarmEmail must be an e-mail address, or an empty text; got "me at home"'],
    [{ alarmOldestMessageSeconds: 30 }, 'alarmOldestMessageSeconds must be a whole number from 60 to 345600; got 30'],
    [{ alarmFunctionErrors: 0 }, 'alarmFunctionErrors must be a whole number from 1 to 1000000; got 0'],
    [{ parallelizationFactor: 11 }, 'parallelizationFactor must be a whole number from 1 to 10; got 11'],
    [{ serviceLevelSeconds: 0.5 }, 'serviceLevelSeconds must be a whole number from 1 to 86400; got 0.5'],
    [{ bucketPrefix: 'siu' }, `bucketPrefix is not a setting; the settings are ${settingNames}; got "siu"`],
  ])('refuses the settings %j, naming field, allowed values and what was received', (settings, problem) => {
    expect(problemsOf(withSettings(settings))).toEqual([`stages.dev.${problem}`]);
  });

  test.each<[string, object, string]>([
    [
      'no stage',
      { stages: { dev: {} } },
      'stage must be one of dev, the stages in cdk.json (to add a stage, write "NAME": {} there); got nothing',
    ],
    [
      'an unknown stage',
      { stage: 'staging', stages: { dev: {}, prod: {} } },
      'stage must be one of dev, prod, the stages in cdk.json (to add a stage, write "NAME": {} there); got "staging"',
    ],
    ['no stages', { stage: 'dev' }, 'stages must be an object of one object per stage, as in cdk.json; got nothing'],
    [
      'stages from the command line',
      { stage: 'dev', stages: '{"dev":{}}' },
      'stages must be an object of one object per stage, as in cdk.json; got "{\\"dev\\":{}}"',
    ],
    ['a stage that is no object', withSettings(true), 'stages.dev must be an object of settings; got true'],
    [
      'an ill-named stage',
      { stage: 'Dev_1', stages: { Dev_1: {} } },
      'stages: a stage\'s name must be 1 to 20 lower-case letters, digits and single hyphens, beginning with a letter; got "Dev_1"',
    ],
    [
      'a table without its stream',
      { ...withSettings({}), tableArn },
      "tableStreamArn must be given together with tableArn, as arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL (aws dynamodb describe-table --table-name USER-DB --query 'Table.[TableArn,LatestStreamArn]' --output text prints it); got nothing",
    ],
    [
      'a stream without its table',
      { ...withSettings({}), tableStreamArn },
      'tableArn must be given together with tableStreamArn, as arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME (of this stream: arn:aws:dynamodb:ap-northeast-1:123456789012:table/USER-DB); got nothing',
    ],
    [
      'a table name instead of an ARN',
      { ...withSettings({}), tableArn: 'USER-DB', tableStreamArn },
      'tableArn must have the form arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME (aws dynamodb describe-table --table-name USER-DB --query \'Table.[TableArn,LatestStreamArn]\' --output text prints it); got "USER-DB"',
    ],
    [
      'a stream ARN without a label',
      { ...withSettings({}), tableArn, tableStreamArn: `${tableArn}/stream` },
      `tableStreamArn must have the form arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL, LABEL such as 2026-03-01T12:00:00.000 (aws dynamodb describe-table --table-name USER-DB --query 'Table.[TableArn,LatestStreamArn]' --output text prints it); got "${tableArn}/stream"`,
    ],
    [
      'the stream of another table',
      { ...withSettings({}), tableArn, tableStreamArn: tableStreamArn.replace('USER-DB', 'user') },
      `tableStreamArn must be a stream of the table ${tableArn} (aws dynamodb describe-table --table-name USER-DB --query 'Table.[TableArn,LatestStreamArn]' --output text prints it); got "${tableStreamArn.replace('USER-DB', 'user')}"`,
    ],
  ])('refuses %s', (_, context, problem) => {
    expect(problemsOf(context as Record<string, unknown>)).toEqual([problem]);
  });

  test.each([
    ['account-regional', 'sevenlt'],
    ['global', 'eightlet'],
  ] as const)(
    'accepts no longer prefix in the %s namespace than bucket-service does in every Region',
    (bucketNamespace, longest) => {
      const { bucketNamePrefix } = load(withSettings({ bucketNamespace, bucketNamePrefix: longest }));
      const settings = settingsOfBuckets({ prefix: bucketNamePrefix, namespace: bucketNamespace });
      expect(asRead(settings)).toEqual(settings);
    },
  );

  const tagsInAll = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, 'x']));

  test.each([
    ['a key of the project’s own', { app: 'mine' }],
    ['a key of AWS’s', { 'AWS:x': 'y' }],
    ['an empty key', { '': 'y' }],
    ['a key that is too long', { ['k'.repeat(129)]: 'y' }],
    ['a value that is too long', { x: 'v'.repeat(257) }],
    ['a sign that S3 does not allow', { x: '<y>' }],
    ['a number', { x: 1 }],
    ['a list', ['x']],
    ['more tags than S3 has room for', tagsInAll(45)],
    [
      'more bytes than the environment variables have room for',
      { a: 'é'.repeat(256), b: 'é'.repeat(256), c: 'é'.repeat(256), d: 'é'.repeat(256) },
    ],
  ])('refuses bucket tags with %s', (_, bucketTags) => {
    const [problem, ...more] = problemsOf(withSettings({ bucketTags }));
    expect(more).toEqual([]);
    expect(problem).toContain('stages.dev.bucketTags must be an object of at most 44 tags, 2048 bytes of JSON in all');
  });

  test('accepts no bucket tags that bucket-service would refuse, and as many as S3 allows', () => {
    const { bucketTags } = load(withSettings({ bucketTags: { ...tagsInAll(43), 'Kostenstelle +-=._:/@ 1': '' } }));
    expect(Object.keys(asRead(settingsOfBuckets({ tags: bucketTags })).tags)).toHaveLength(44);
    for (const key of OWN_TAG_KEYS) expect(problemsOf(withSettings({ bucketTags: { [key]: 'x' } }))).toHaveLength(1);
    const ofRetirement: readonly string[] = Object.values(RETIREMENT_TAGS);
    expect([...bucketTagsOf(registration()).map(({ Key }) => Key), ...ofRetirement]).toEqual([...OWN_TAG_KEYS]);
  });

  test('accepts no lifecycle that bucket-service would refuse', () => {
    const written = { abortUploadsAfterDays: 1, intelligentTieringAfterDays: 1, expireObjectsAfterDays: 36_500 };
    const { bucketLifecycle } = load(withSettings({ bucketLifecycle: written }));
    expect(asRead(settingsOfBuckets({ lifecycle: bucketLifecycle })).lifecycle).toEqual(written);
  });

  test('refuses a setting beside the stages, as a context value on the command line gives it', () => {
    expect(problemsOf({ ...withSettings({ logLevel: 'INFO' }), logLevel: 'DEBUG' })).toEqual([
      'logLevel is a setting of a stage: write it into stages.dev in cdk.json; got "DEBUG"',
    ]);
  });

  test('refuses everything that is wrong at once, one line each', () => {
    const problems = problemsOf({ ...withSettings({ bucketCors: 'yes', logLevel: 3, region: 'x' }), tableArn });
    expect(problems).toHaveLength(4);
    expect(problems.every((problem) => !problem.includes('\n'))).toBe(true);
  });
});

test('the feature flags that this version of the CDK recommends are set as it recommends', () => {
  expect(projectContext).toMatchObject(CURRENTLY_RECOMMENDED_FLAGS);
});
