import type { Telemetry } from './telemetry.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings of every AWS client. Three attempts of three seconds fit into a subscriber's default timeout of ten: without a request
 * timeout, one request that hangs would hold its whole batch until the function times out. The SDK keeps connections alive by
 * default, and reads the endpoint from `AWS_ENDPOINT_URL`.
 */
const SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/**
 * The settings, with timeouts multiplied by PIPELINE_TIME_FACTOR. The local engine sets it on a slow machine; Lambda never does.
 */
function settingsIn({ PIPELINE_TIME_FACTOR: factor = '1' }: Environment): typeof SETTINGS {
  const { connectionTimeout, requestTimeout, ...others } = SETTINGS.requestHandler;
  const times = Number(factor);
  const timeouts = { connectionTimeout: connectionTimeout * times, requestTimeout: requestTimeout * times };
  return { ...SETTINGS, requestHandler: { ...others, ...timeouts } };
}

/**
 * Makes a service's client of an AWS service, whose calls are traced.
 *
 * @example
 * const s3 = createClient(S3Client, telemetry);
 */
export function createClient<TClient>(
  Client: new (settings: typeof SETTINGS) => TClient,
  { tracing }: Pick<Telemetry, 'tracing'>,
  environment: Environment = process.env,
): TClient {
  return tracing.captureClient(new Client(settingsIn(environment)));
}
