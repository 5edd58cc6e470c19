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
export function clientSettings({ PIPELINE_TIME_FACTOR: factor = '1' }: Environment = process.env): typeof SETTINGS {
  const { connectionTimeout, requestTimeout, ...others } = SETTINGS.requestHandler;
  const times = Number(factor);
  const timeouts = { connectionTimeout: connectionTimeout * times, requestTimeout: requestTimeout * times };
  return { ...SETTINGS, requestHandler: { ...others, ...timeouts } };
}

/** What is needed of an AWS client. */
interface AwsClient {
  readonly middlewareStack: {
    add(middleware: Middleware, at: { step: 'initialize'; name: string }): void;
    remove(name: string): boolean;
  };
}

/** Of the SDK's type what is needed here: the SDK's own differs for each client. */
type Middleware = <Handle extends (call: never) => Promise<unknown>>(
  next: Handle,
  context: { readonly commandName?: string },
) => Handle;

/**
 * Makes a client with the settings. It is without the SDK's own logging, which copies each input and output also when there is no
 * logger: 4% of the CPU of an event.
 */
export function quietClient<TClient extends AwsClient>(Client: new (settings: typeof SETTINGS) => TClient): TClient {
  const client = new Client(clientSettings());
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

/**
 * Makes a service's client of an AWS service, whose calls are measured for the event that makes them.
 *
 * @example
 * const s3 = createClient(S3Client, telemetry);
 */
export function createClient<TClient extends AwsClient>(
  Client: new (settings: typeof SETTINGS) => TClient,
  { calls }: Pick<Telemetry, 'calls'>,
): TClient {
  const client = quietClient(Client);
  const measure: Middleware = (next, { commandName = 'unknown' }) => {
    const operation = commandName.replace(/Command$/, '');
    return ((call: never) => calls.measure(operation, () => next(call))) as typeof next;
  };
  client.middlewareStack.add(measure, { step: 'initialize', name: 'callTimes' });
  return client;
}
