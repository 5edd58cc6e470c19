import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findSubscribers } from '../../../cdk/find-subscribers.ts';
import { clientSettings } from '../../../services/shared/aws-client.ts';
import { SUBSCRIPTION_DEFAULTS } from '../../../services/shared/subscription.ts';

/** Before the timeout: then one event is given up, and not its batch (subscriber.ts). */
const SPARE_MS = 500;
/** The SDK pauses for at most 100 and 200 ms between three attempts (AWS SDKs reference guide, retry behavior). */
const PAUSES_MS = 300;
/** Of a function's own; 7 ms an event were measured. */
const WORK_MS = 100;

const services = await findSubscribers(join(import.meta.dirname, '..', '..', '..', 'services'));
const timeouts = [
  ...services.map(({ name, subscription }) => [name, subscription.timeoutSeconds] as const),
  ['a subscriber that names no timeout', SUBSCRIPTION_DEFAULTS.timeoutSeconds] as const,
];

/** What the tests need of a client. */
interface AnyClient {
  readonly config: {
    readonly maxAttempts: () => Promise<number>;
    readonly requestHandler: { handle(request: object): Promise<unknown>; httpHandlerConfigs(): HandlerSettings };
  };
  destroy(): void;
}
interface HandlerSettings {
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
  readonly throwOnRequestTimeout: boolean;
}

describe.each(Object.entries({ DynamoDBClient, EventBridgeClient, S3Client }))('a service’s %s', (_name, Client) => {
  const server = createServer((_request, response) => response.end());
  let client: AnyClient;
  let settings: HandlerSettings;

  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    client = new (Client as unknown as new (settings: object) => AnyClient)(clientSettings({}));
    const { port } = server.address() as AddressInfo;
    // It works out its settings for its first request.
    const request = {
      protocol: 'http:',
      hostname: '127.0.0.1',
      port,
      method: 'GET',
      path: '/',
      headers: {},
      query: {},
    };
    await client.config.requestHandler.handle(request);
    settings = client.config.requestHandler.httpHandlerConfigs();
  });
  afterAll(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });

  it.each(timeouts)(
    'given a request that hangs, has tried it again and failed within the time of %s',
    async (_of, seconds) => {
      const attempts = await client.config.maxAttempts();
      expect(attempts).toBeGreaterThan(1);
      const needed = attempts * settings.requestTimeout + PAUSES_MS + WORK_MS + SPARE_MS;
      expect(needed).toBeLessThanOrEqual(seconds * 1000);
    },
  );

  it('waits long enough for an answer that is slow, and ends a request that gets none', () => {
    expect(settings.requestTimeout).toBeGreaterThanOrEqual(2000);
    expect(settings.connectionTimeout).toBeLessThan(settings.requestTimeout);
    expect(settings.throwOnRequestTimeout).toBe(true);
  });
});

it('given a slow machine, where a function has more time, its requests have as many times more', () => {
  const usual = clientSettings({}).requestHandler;
  expect(clientSettings({ PIPELINE_TIME_FACTOR: '6' }).requestHandler).toEqual({
    ...usual,
    connectionTimeout: 6 * usual.connectionTimeout,
    requestTimeout: 6 * usual.requestTimeout,
  });
});

it('the services that these limits are judged by are all that there are', () => {
  expect(services.map(({ name }) => name)).toEqual([
    'bucket-restorer',
    'bucket-retirer',
    'bucket-service',
    'uri-recorder',
  ]);
});
