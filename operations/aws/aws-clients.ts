import type { Target } from './target.ts';

/** What a client of the AWS SDK is made from here. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts?: number;
  readonly requestHandler?: {
    /** Milliseconds until the answer. */
    readonly requestTimeout: number;
    /** Whether the call then fails; else the SDK only warns. */
    readonly throwOnRequestTimeout: boolean;
  };
}

interface AwsClient {
  destroy(): void;
}

/** The local engine takes any; real ones never leave for an endpoint that is not AWS's. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A table that has to grow its capacity refuses writes for a while. */
const ATTEMPTS_ON_AWS = 10;

/** EventBridge also refuses what is over a limit with an error that the SDK repeats: that is to be told soon. */
const ATTEMPTS_BY_CLIENT: Readonly<Record<string, number>> = { EventBridgeClient: 3 };

/** No answer is this late: the longest wait that is asked for is 20 s, for messages of a queue. */
const REQUEST_HANDLER = { requestTimeout: 60_000, throwOnRequestTimeout: true };

/**
 * Clients for a target; on AWS with the Region and the credentials that the SDK finds in its usual places. Each is made when
 * it is first asked for, so that a command loads only the services that it uses.
 *
 * @example
 * const sqs = clients.of(SQSClient);
 */
export class AwsClients {
  readonly #isLocal: boolean;
  readonly #settings: ClientSettings;
  readonly #made = new Map<string, AwsClient>();

  constructor(target: Target) {
    this.#isLocal = 'endpoint' in target;
    this.#settings = {
      requestHandler: REQUEST_HANDLER,
      ...('endpoint' in target && { ...target, credentials: LOCAL_CREDENTIALS }),
    };
  }

  /**
   * The client of a service, one for all who ask.
   * @param region where the service is, if it is not in the pipeline's Region: some are in one Region only
   */
  of<TClient extends AwsClient>(Client: new (settings: ClientSettings) => TClient, region?: string): TClient {
    const key = `${Client.name} ${region ?? ''}`;
    const made = this.#made.get(key) as TClient | undefined;
    if (made !== undefined) return made;
    const client = new Client({
      ...this.#settings,
      ...(!this.#isLocal && { maxAttempts: ATTEMPTS_BY_CLIENT[Client.name] ?? ATTEMPTS_ON_AWS }),
      ...(region !== undefined && { region }),
    });
    this.#made.set(key, client);
    return client;
  }

  /** Closes their connections. */
  destroy(): void {
    for (const client of this.#made.values()) client.destroy();
  }
}
