import type { Target } from './target.ts';

/** What a client of the AWS SDK is made from here. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts?: number;
}

interface AwsClient {
  destroy(): void;
}

/** The local engine takes any; real ones never leave for an endpoint that is not AWS's. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A table that has to grow its capacity refuses writes for a while. */
const ATTEMPTS_ON_AWS = 10;

/**
 * Clients for a target; on AWS with the Region and the credentials that the SDK finds in its usual places. Each is made when
 * it is first asked for, so that a command loads only the services that it uses.
 *
 * @example
 * const sqs = clients.of(SQSClient);
 */
export class AwsClients {
  readonly #settings: ClientSettings;
  readonly #made = new Map<string, AwsClient>();

  constructor(target: Target) {
    const isLocal = 'endpoint' in target;
    this.#settings = isLocal ? { ...target, credentials: LOCAL_CREDENTIALS } : { maxAttempts: ATTEMPTS_ON_AWS };
  }

  /**
   * The client of a service, one for all who ask.
   * @param region where the service is, if it is not in the pipeline's Region: some are in one Region only
   */
  of<TClient extends AwsClient>(Client: new (settings: ClientSettings) => TClient, region?: string): TClient {
    const key = `${Client.name} ${region ?? ''}`;
    const made = this.#made.get(key) as TClient | undefined;
    if (made !== undefined) return made;
    const client = new Client({ ...this.#settings, ...(region !== undefined && { region }) });
    this.#made.set(key, client);
    return client;
  }

  /** Closes their connections. */
  destroy(): void {
    for (const client of this.#made.values()) client.destroy();
  }
}
