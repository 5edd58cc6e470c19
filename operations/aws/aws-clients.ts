import type { Target } from './target.ts';

/** The settings of an SDK client that are used here. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts?: number;
  readonly requestHandler?: {
    /** Milliseconds until the answer. */
    readonly requestTimeout: number;
    /** Whether the call fails then; otherwise the SDK only warns. */
    readonly throwOnRequestTimeout: boolean;
  };
}

interface AwsClient {
  destroy(): void;
}

/** Parts of a list, because a call takes only so many things. @param size the most of one part */
export function* batchesOf<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}

/** The local engine accepts any. Real credentials are only sent to AWS. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A table that scales up refuses writes for a while. */
const ATTEMPTS_ON_AWS = 10;

/** The SDK also retries EventBridge's error for an exceeded limit, which should be reported soon. */
const ATTEMPTS_BY_CLIENT: Readonly<Record<string, number>> = { EventBridgeClient: 3 };

/** Longer than any expected answer: the longest wait is 20 s, for messages of a queue. */
const REQUEST_HANDLER = { requestTimeout: 60_000, throwOnRequestTimeout: true };

/**
 * Clients for a target. On AWS they use the Region and the credentials that the SDK finds in its usual places. Each client is
 * created at its first use.
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
      ...('endpoint' in target && { ...target, credentials: { ...LOCAL_CREDENTIALS } }), // The SDK writes into it.
    };
  }

  /**
   * The client of a service, always the same one.
   * @param region of a service that is in one Region only. @default the pipeline's
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
