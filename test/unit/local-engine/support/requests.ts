import type { GatewayServices } from '../../../../packages/local-engine/gateway/answers.ts';
import type { ApiRequest } from '../../../../packages/local-engine/protocols/http.ts';
import { ACCOUNT } from './parts.ts';

const HOST = '127.0.0.1:4566';

interface RequestParts {
  readonly body?: string | Uint8Array;
  readonly headers?: object;
  readonly region?: string;
  /** Of a request in virtual-hosted style. */
  readonly hostBucket?: string;
}

/** A request as the gateway reads it. */
export function apiRequest(
  method: string,
  target: string,
  { body = '', headers = {}, region = ACCOUNT.region, hostBucket }: RequestParts = {},
): ApiRequest {
  const url = new URL(`http://${HOST}${target}`);
  const inHost = hostBucket === undefined ? {} : { hostBucket };
  return { method, target, url, headers: { host: HOST, ...headers }, body: Buffer.from(body), region, ...inHost };
}

/** A request in AWS's JSON protocol. */
export function jsonRequest(operation: string, body: object): ApiRequest {
  return apiRequest('POST', '/', { headers: { 'x-amz-target': `Service.${operation}` }, body: JSON.stringify(body) });
}

/** What a gateway is opened with: nothing judges its calls, and nothing hears of what went wrong. */
export function openedWith(props: Partial<GatewayServices>): GatewayServices {
  return {
    services: new Map(),
    around: (_call, run) => run(),
    greeting: () => 'hello\n',
    control: async () => ({ status: 200, headers: {}, body: 'control' }),
    now: () => Date.now(),
    refused: () => {},
    failed: () => {},
    ...props,
  };
}
