import type { AwsError } from './aws-error.ts';
import { type ApiRequest, type ApiResponse, escapeXml, type JsonVersion, jsonResponse, xmlResponse } from './http.ts';

/** How a service's protocol says that a call failed. */
export type ErrorFormat = (
  error: AwsError,
  failed: { readonly requestId: string; readonly headers: ApiRequest['headers'] },
) => ApiResponse;

/** Of the services that speak AWS's JSON protocol. */
export function jsonErrors(version: JsonVersion): ErrorFormat {
  return ({ code, message, status, details }) =>
    jsonResponse(
      { __type: code, message, Message: message, ...details },
      {
        status,
        version,
        headers: { 'x-amzn-errortype': code },
      },
    );
}

/** Of the services that speak AWS's query protocol, whose answers are XML. */
export const queryErrors: ErrorFormat = ({ code, message, status }, { requestId }) => {
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const error = `<Error><Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return xmlResponse(`<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`, status);
};

/** Of SQS, which answers in the protocol that it was asked in: old clients speak the query protocol. */
export const sqsErrors: ErrorFormat = (error, failed) =>
  (failed.headers['x-amz-target'] === undefined ? queryErrors : jsonErrors('1.0'))(error, failed);
