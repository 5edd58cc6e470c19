import { devNull } from 'node:os';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CLIENT_SETTINGS } from '../../../../tools/simulate/world/client-settings.ts';

const before = { ...process.env };

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  });
});

afterEach(() => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, before);
});

/** Settings that a client looks for in its environment, by their names in its configuration. */
const LOOKED_FOR = [
  'defaultsMode',
  'retryMode',
  'maxAttempts',
  'useFipsEndpoint',
  'useDualstackEndpoint',
  'authSchemePreference',
  'userAgentAppId',
  'accountIdEndpointMode',
  'useArnRegion',
  'disableS3ExpressSessionAuth',
];

async function settingsOf(Client: new () => { readonly config: object }): Promise<Record<string, unknown>> {
  const config = new Client().config as Readonly<Record<string, unknown>>;
  const found = LOOKED_FOR.map(async (name) => {
    const setting = config[name];
    return [name, typeof setting === 'function' ? await setting() : setting];
  });
  const { userAgentAppId, ...settings } = Object.fromEntries(await Promise.all(found));
  // An empty name is none.
  return { ...settings, userAgentAppId: userAgentAppId || undefined };
}

test.each([S3Client, DynamoDBClient, EventBridgeClient, SQSClient].map((Client) => ({ Client, name: Client.name })))(
  'the settings of a simulated client are those of the SDK by default: $name',
  async ({ Client }) => {
    const byDefault = await settingsOf(Client);
    Object.assign(process.env, CLIENT_SETTINGS);
    expect(await settingsOf(Client)).toEqual(byDefault);
  },
);
