import { validateHeaderValue } from 'node:http';
import type { StatementSync } from 'node:sqlite';
import { AwsError } from '../../../packages/local-engine/core/aws-error.ts';
import { callPermission, serviceApis } from '../../../packages/local-engine/gateway/service-apis.ts';
import { labApi } from '../../../packages/local-engine/lab/index.ts';
import type { ApiRequest, ApiResponse, ServiceApi } from '../../../packages/local-engine/protocols/http.ts';
import { namesIn, roleNames } from '../../support/malformed/send-malformed.ts';
import type { Pipeline } from '../../support/pipeline.ts';
import { quietPipeline } from '../quiet-pipeline.ts';
import { type FuzzTarget, problemOf } from '../target.ts';
import { type FuzzedRequest, RequestMaker } from './request-maker.ts';

/** How often the clock goes on before a call that does not end hangs. */
const MOST_SKIPS = 400;
const SKIPPED_MS = 30_000;

const REQUEST_ID = '00000000-0000-4000-8000-000000000000';

/** Requests to every service behind the gateway, made of the SDKs' own schemas and of valid ones that were changed. */
export const requests: FuzzTarget = {
  name: 'requests',
  share: 9,
  start: async () => {
    const { pipeline, stop } = await quietPipeline();
    const names = await namesIn(pipeline);
    const maker = new RequestMaker(names, roleNames(pipeline));
    const called = new CalledServices(pipeline);
    return {
      generate: (mutator) => maker.next(mutator),
      check: (input) => called.problemOf(input as FuzzedRequest),
      stop,
    };
  },
};

/** Services called as the gateway calls them, without HTTP. */
class CalledServices {
  readonly #pipeline: Pipeline;
  readonly #apis: ReadonlyMap<string, ServiceApi>;
  readonly #control: (request: ApiRequest) => Promise<ApiResponse>;
  readonly #permit: ReturnType<typeof callPermission>;
  #counts: { readonly table: string; readonly count: StatementSync }[] | undefined;

  constructor(pipeline: Pipeline) {
    const { services, stacks } = pipeline.engine;
    this.#pipeline = pipeline;
    const deployed = { deployed: stacks } as Parameters<typeof serviceApis>[0]['stacks'];
    this.#apis = serviceApis({ ...services, stacks: deployed });
    this.#control = labApi(services, this.#apis);
    this.#permit = callPermission(services);
  }

  async problemOf(input: FuzzedRequest): Promise<string | undefined> {
    const { service, method, target, headers, body, accessKeyId } = { ...NOTHING, ...input };
    if (!URL.canParse(`http://localhost${target}`)) return undefined;
    const request: ApiRequest = {
      method,
      target,
      url: new URL(`http://localhost${target}`),
      headers: { ...headers },
      body: Buffer.from(body, 'latin1'),
      region: 'ap-northeast-1',
    };
    const api = this.#apis.get(service);
    if (api === undefined && service !== '') return undefined;
    const before = this.#changes();
    try {
      const answer = api === undefined ? this.#control(request) : this.#call(api, { service, accessKeyId }, request);
      return answerProblem(await this.#ended(answer));
    } catch (error) {
      if (!(error instanceof AwsError) || error.status === 500) return problemOf(error);
      const failed = { requestId: REQUEST_ID, headers: request.headers };
      const problem = api && answerProblem(api.errorOf(error, failed));
      return problem ?? (error.status < 500 ? this.#halfEffect(before, error) : undefined);
    }
  }

  async #call(
    api: ServiceApi,
    { service, accessKeyId }: { service: string; accessKeyId: string },
    request: ApiRequest,
  ): Promise<ApiResponse> {
    const operation = api.operationOf(request);
    const validate = () => api.validate?.(operation, request);
    this.#permit({ service, operation, accessKeyId, request, requestId: REQUEST_ID, validate });
    return api.handle(operation, request);
  }

  /** Lets the time pass that a call waits for. */
  async #ended<T>(call: Promise<T>): Promise<T> {
    let isPending = true;
    const settled = call.finally(() => {
      isPending = false;
    });
    settled.catch(() => {});
    for (let skips = 0; isPending; skips++) {
      if (skips === MOST_SKIPS) throw new Error('The call does not end.');
      await new Promise((resolve) => setImmediate(resolve));
      if (isPending && skips > 3) this.#pipeline.clock.skip(SKIPPED_MS);
    }
    return settled;
  }

  /** What a refused call wrote apart from the journal. */
  #halfEffect(before: readonly number[], { code, message }: AwsError): string | undefined {
    const after = this.#changes();
    const changed = before.findIndex((count, index) => count !== after[index]);
    return changed < 0
      ? undefined
      : `${this.#counts?.[changed]?.table} changed, but the answer was ${code}: ${message}`;
  }

  #changes(): number[] {
    const { db } = this.#pipeline.engine.services.storage;
    this.#counts ??= WATCHED.filter((table) => db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table)).map(
      (table) => ({ table, count: db.prepare(`SELECT count(*) AS n FROM ${table}`) }),
    );
    return this.#counts.map(({ count }) => Number(count.get()?.n));
  }
}

/** Tables that requests alone add to or take from. */
const WATCHED = [
  'buckets',
  'bucket_settings',
  'objects',
  'queues',
  'replays',
  'rule_changes',
  'dynamodb_items',
  'dynamodb_tables',
  'uploads',
];

const NOTHING: FuzzedRequest = { service: '', method: 'GET', target: '/', headers: {}, body: '', accessKeyId: 'local' };

/** Whether HTTP can carry an answer, and a client read it. */
function answerProblem({ status, headers, body }: ApiResponse): string | undefined {
  if (!Number.isInteger(status) || status < 200 || status >= 600) return `the status is ${status}`;
  for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) return `the body is ${typeof body}`;
  if (headers['content-type']?.startsWith('application/x-amz-json') && typeof body === 'string') JSON.parse(body);
  return undefined;
}
