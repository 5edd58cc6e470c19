import { mkdtempSync, rmSync } from 'node:fs';
import { validateHeaderValue } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../../../packages/local-engine/core/aws-error.ts';
import { callPermission, serviceApis } from '../../../packages/local-engine/gateway/service-apis.ts';
import { labApi } from '../../../packages/local-engine/lab/index.ts';
import type { ApiRequest, ApiResponse, ServiceApi } from '../../../packages/local-engine/protocols/http.ts';
import type { Pipeline } from '../../support/pipeline.ts';
import { EngineState } from '../engine-state.ts';
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
    const dataFolder = mkdtempSync(join(tmpdir(), 'pipeline-requests-'));
    const { pipeline, stop } = await quietPipeline(dataFolder);
    const maker = await RequestMaker.of(pipeline);
    const called = new CalledServices(pipeline);
    return {
      generate: (mutator) => maker.next(mutator),
      check: (input) => called.problemOf(input as FuzzedRequest),
      stop: async () => {
        await stop();
        rmSync(dataFolder, { recursive: true, force: true });
      },
    };
  },
};

/** Services called as the gateway calls them, without HTTP. */
class CalledServices {
  readonly #pipeline: Pipeline;
  readonly #apis: ReadonlyMap<string, ServiceApi>;
  readonly #control: (request: ApiRequest) => Promise<ApiResponse>;
  readonly #permit: ReturnType<typeof callPermission>;

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
    await nextTurns();
    const before = new EngineState(this.#pipeline.engine.services);
    try {
      const answer = api === undefined ? this.#control(request) : this.#call(api, { service, accessKeyId }, request);
      // In the turn in which it is refused: later, what earlier requests began goes on.
      const effectOf = (error: unknown) => new Refused(error, before.changed());
      const ended = answer.then((response) => (response.status < 400 ? response : effectOf(response)), effectOf);
      const outcome = await this.#ended(ended);
      return outcome instanceof Refused ? refusalProblem(outcome, { api, request }) : answerProblem(outcome, service);
    } finally {
      before.close();
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
}

/** A call that was answered with an error, and what it changed all the same. */
class Refused {
  readonly reason: unknown;
  readonly effect: string | undefined;

  constructor(reason: unknown, effect: string | undefined) {
    this.reason = reason;
    this.effect = effect;
  }
}

function refusalProblem(
  { reason, effect }: Refused,
  { api, request }: { api: ServiceApi | undefined; request: ApiRequest },
) {
  if (reason instanceof Error && (!(reason instanceof AwsError) || reason.status === 500)) return problemOf(reason);
  const answer =
    reason instanceof AwsError
      ? api?.errorOf(reason, { requestId: REQUEST_ID, headers: request.headers })
      : (reason as ApiResponse);
  const what = reason instanceof AwsError ? `${reason.code}: ${reason.message}` : String(answer?.body);
  const problem = answer && answerProblem(answer);
  return problem ?? (effect === undefined ? undefined : `${effect} changed, but the answer was ${what}`);
}

/** What the request before began in the background goes on. */
async function nextTurns(): Promise<void> {
  for (let turns = 3; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
}

const NOTHING: FuzzedRequest = { service: '', method: 'GET', target: '/', headers: {}, body: '', accessKeyId: 'local' };

/** Whether HTTP can carry an answer, and a client read it. */
function answerProblem({ status, headers, body }: ApiResponse, service = ''): string | undefined {
  if (!Number.isInteger(status) || status < 200 || status >= 600) return `the status is ${status}`;
  for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) return `the body is ${typeof body}`;
  // An object of S3 has whatever type and content it was put with.
  if (service !== 's3' && headers['content-type']?.startsWith('application/x-amz-json') && typeof body === 'string')
    JSON.parse(body);
  return undefined;
}
