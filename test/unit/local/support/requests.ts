import type { ApiRequest } from '../../../../local/gateway/http.ts';
import { ACCOUNT } from './parts.ts';

const HOST = '127.0.0.1:4566';

/** A request as the gateway reads it. */
export function apiRequest(
  method: string,
  target: string,
  { body = '', headers = {}, region = ACCOUNT.region }: { body?: string; headers?: object; region?: string } = {},
): ApiRequest {
  const url = new URL(target, `http://${HOST}`);
  return { method, target, url, headers: { host: HOST, ...headers }, body: Buffer.from(body), region };
}

/** A request in AWS's JSON protocol. */
export function jsonRequest(operation: string, body: object): ApiRequest {
  return apiRequest('POST', '/', { headers: { 'x-amz-target': `Service.${operation}` }, body: JSON.stringify(body) });
}
