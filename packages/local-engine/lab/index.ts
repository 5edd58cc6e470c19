/** The engine's control API: breaks a running engine on purpose. It is no API of AWS. */

import { AwsError } from '../core/aws-error.ts';
import type { ApiRequest, ApiResponse, ServiceApi } from '../protocols/http.ts';
import { jsonBody } from '../protocols/json-protocol.ts';
import type { Services } from '../services.ts';
import { Lab } from './lab.ts';

export { resumeSkippedTime } from './skipped-time.ts';

/** No bucket can have the name of its first part. Source: S3 user guide, general purpose bucket naming rules. */
const BASE = '/_local-engine/lab/v1';

/**
 * Every request that changes something must have this header: a web page cannot send it to another origin without asking first,
 * and the engine allows none.
 * Source: the Fetch standard, CORS-preflight fetch.
 */
export const LAB_HEADER = 'x-local-engine-lab';

type Answer = (lab: Lab, part: string, request: ApiRequest) => object | Promise<object>;

/** By method and path. */
const ROUTES: readonly (readonly [method: string, path: RegExp, answer: Answer])[] = [
  ['GET', /^$/, (lab) => lab.state()],
  ['POST', /^\/faults$/, (lab, _, request) => lab.inject(bodyOf(request))],
  ['DELETE', /^\/faults$/, (lab) => ({ removed: lab.removeAll() })],
  ['DELETE', /^\/faults\/(\d{1,15})$/, (lab, id) => ({ removed: [lab.remove(Number(id))] })],
  ['POST', /^\/clock\/skip$/, (lab, _, request) => lab.skip(bodyOf(request))],
  [
    'POST',
    /^\/functions\/([^/]+)\/kill$/,
    (lab, name, request) => {
      bodyOf(request);
      return lab.kill(name);
    },
  ],
];

/** Answers requests to the control API. An answer is a JSON object; one of a refused request has `code` and `message`. */
export function labApi(
  services: Services,
  apis: ReadonlyMap<string, ServiceApi>,
): (request: ApiRequest) => Promise<ApiResponse> {
  const lab = new Lab(services, apis);
  return async (request) => {
    try {
      return json(200, await answer(lab, request));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return json(error.status, { code: error.code, message: error.message });
    }
  };
}

function answer(lab: Lab, request: ApiRequest): object | Promise<object> {
  const { method, url, headers } = request;
  const path = url.pathname.startsWith(BASE) ? url.pathname.slice(BASE.length) : undefined;
  const found = path === undefined ? [] : ROUTES.filter(([, pattern]) => pattern.test(path));
  const route = found.find(([wanted]) => wanted === method);
  if (route === undefined) {
    const message = `The local engine has no ${method} ${url.pathname}. Its control API is at ${BASE}.`;
    throw new AwsError('NotFound', message, found.length === 0 ? 404 : 405);
  }
  if (method !== 'GET' && headers[LAB_HEADER] === undefined) {
    throw new AwsError('MissingHeader', `The request has no header ${LAB_HEADER}. Send it with any value.`, 403);
  }
  const [, pattern, run] = route;
  return run(lab, pattern.exec(path ?? '')?.[1] ?? '', request);
}

/** @throws AwsError for a body that is no JSON object, or is not said to be JSON */
function bodyOf(request: ApiRequest): Readonly<Record<string, unknown>> {
  const type = String(request.headers['content-type'] ?? '')
    .split(';')[0]
    ?.trim();
  if (type !== 'application/json') {
    const message = 'The request is not JSON. Send it with Content-Type: application/json.';
    throw new AwsError('UnsupportedMediaType', message, 415);
  }
  return jsonBody(request);
}

function json(status: number, body: object): ApiResponse {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return { status, headers, body: JSON.stringify(body) };
}
