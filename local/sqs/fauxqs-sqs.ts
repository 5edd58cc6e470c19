import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import type { ApiRequest, ApiResponse } from '../gateway/http.ts';

/** Does one operation of SQS. @throws AwsError what SQS would answer */
export type SqsCall = (operation: string, request: Record<string, unknown>) => Promise<object>;

/**
 * The operations of SQS that fauxqs has, without its account: it names senders by one of its own.
 * @param forward hands a request to fauxqs's server
 */
export function fauxqsSqs(
  { id }: Account,
  forward: (request: Omit<ApiRequest, 'url' | 'region'>) => Promise<ApiResponse>,
): SqsCall {
  return async (operation, request) => {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
    const { status, body } = await forward({
      method: 'POST',
      target: '/',
      headers,
      body: Buffer.from(JSON.stringify(request)),
    });
    const answer = JSON.parse(
      body.toString().replaceAll('"SenderId":"000000000000"', `"SenderId":"${id}"`) || '{}',
    ) as Record<string, unknown>;
    if (status < 400) return answer;
    const { __type = 'InternalError', message = '' } = answer;
    throw new AwsError(String(__type).replace(/^.*#/, ''), String(message), status);
  };
}
