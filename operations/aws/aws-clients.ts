import { display, displayId } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import { REGION_HINT } from './aws-failure.ts';
import { noteTime } from './pipeline-time.ts';
import type { Target } from './target.ts';

/** The settings of an SDK client that are used here. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly signerConstructor?: typeof LocalSigner;
  readonly maxAttempts?: number;
  readonly requestHandler?: {
    /** Milliseconds until the answer. */
    readonly requestTimeout: number;
    /** Whether the call fails then; otherwise the SDK only warns. */
    readonly throwOnRequestTimeout: boolean;
  };
}

/** A step of a call, after its answer has come. */
type AfterAnswer = <TArgs, TResult extends { readonly response: unknown }>(
  next: (args: TArgs) => Promise<TResult>,
) => (args: TArgs) => Promise<TResult>;

/** A step before a call is made. */
type BeforeCall = <TArgs, TResult>(next: (args: TArgs) => Promise<TResult>) => (args: TArgs) => Promise<TResult>;

interface AwsClient {
  readonly config: { readonly region: () => Promise<unknown> };
  readonly middlewareStack: {
    remove(name: string): boolean;
    add(step: BeforeCall, options: { readonly step: 'initialize'; readonly name: string }): void;
    add(step: AfterAnswer, options: { readonly step: 'deserialize'; readonly name: string }): void;
  };
  destroy(): void;
}

/** Steps of a call that nothing here needs: this one copies every input and answer for a logger, also if that writes nothing. */
const NEEDLESS = ['loggerMiddleware'];

/** The same for calls of the local engine, which does not read what kind of client it is. */
const NEEDLESS_LOCALLY = [...NEEDLESS, 'getUserAgentMiddleware'];

/** Parts of a list, because a call takes only so many things. @param size the most of one part */
export function* batchesOf<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}

/** The local engine accepts any. Real credentials are only sent to AWS. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** In the form of one. */
const NO_DATE = '00000000';

/**
 * Names caller, Region and service as a signature does, and signs nothing: the local engine reads signatures and does not verify
 * them, and to make one takes as long as the rest of a call.
 */
class LocalSigner {
  readonly #authorization: string;

  /** @param scope `region` is a text wherever the SDK makes a signer for a call */
  constructor({ region, service }: { readonly region: unknown; readonly service: string }) {
    const scope = `${LOCAL_CREDENTIALS.accessKeyId}/${NO_DATE}/${region}/${service}/aws4_request`;
    this.#authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
  }

  async sign<TRequest extends { readonly headers: Record<string, string> }>(request: TRequest): Promise<TRequest> {
    request.headers.authorization = this.#authorization;
    return request;
  }
}

/** A table that scales up refuses writes for a while. */
const ATTEMPTS_ON_AWS = 10;

/** The SDK also retries EventBridge's error for an exceeded limit, which should be reported soon. */
const ATTEMPTS_BY_CLIENT: Readonly<Record<string, number>> = { EventBridgeClient: 3 };

/** Longer than any expected answer: the longest wait is 20 s, for messages of a queue. */
const REQUEST_HANDLER = { requestTimeout: 60_000, throwOnRequestTimeout: true };

/**
 * The form of every Region's name in every partition: `eu-west-1`, `us-gov-west-1`, `eusc-de-east-1`. Wider than the patterns of the
 * SDK's partitions, which do not know the areas that AWS opens later.
 */
const REGION = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

/** Without it, a name that no Region can have is looked up for 18 s. @throws CommandFailure */
function requireRegion({ config }: Pick<AwsClient, 'config'>): BeforeCall {
  return (next) => async (args) => {
    const region = await config.region();
    if (REGION.test(String(region))) return next(args);
    throw new CommandFailure(
      display`${displayId(String(region))} is no AWS Region; set ${REGION_HINT}, to a name such as eu-west-1`,
    );
  };
}

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
  readonly #noteTime: AfterAnswer;

  constructor(target: Target) {
    this.#noteTime = (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      if (headers !== undefined) noteTime(target, headers);
      return result;
    };
    this.#isLocal = 'endpoint' in target;
    this.#settings = {
      requestHandler: REQUEST_HANDLER,
      // The SDK writes into the credentials.
      ...('endpoint' in target && { ...target, credentials: { ...LOCAL_CREDENTIALS }, signerConstructor: LocalSigner }),
    };
  }

  /**
   * The client of a service, always the same one.
   * @param region of a service that is in one Region only. @default the pipeline's
   */
  of<TClient extends AwsClient>(Client: new (settings: ClientSettings) => TClient, region?: string): TClient {
    const key = `${Client.name} ${region}`;
    const made = this.#made.get(key) as TClient | undefined;
    if (made !== undefined) return made;
    const client = new Client({
      ...this.#settings,
      ...(!this.#isLocal && { maxAttempts: ATTEMPTS_BY_CLIENT[Client.name] ?? ATTEMPTS_ON_AWS }),
      ...(region !== undefined && { region }),
    });
    if (!this.#isLocal)
      client.middlewareStack.add(requireRegion(client), { step: 'initialize', name: 'requireRegion' });
    client.middlewareStack.add(this.#noteTime, { step: 'deserialize', name: 'notePipelineTime' });
    for (const step of this.#isLocal ? NEEDLESS_LOCALLY : NEEDLESS) client.middlewareStack.remove(step);
    this.#made.set(key, client);
    return client;
  }

  /** Closes their connections. */
  destroy(): void {
    for (const client of this.#made.values()) client.destroy();
  }
}
