import { AwsError } from '../core/aws-error.ts';
import { type ErrorFormat, type JsonVersion, jsonResponse, xmlResponse } from './http.ts';
import { escapeXml } from './xml.ts';

/** For services with AWS's JSON protocol. */
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

/** For services with AWS's query protocol, whose answers are XML. */
export const queryErrors: ErrorFormat = (error, { requestId }) => queryError('', error, requestId, '');

/**
 * The same with the namespace of a service's answers, and an empty Detail, as SQS answers.
 * @param namespace such as `http://queue.amazonaws.com/doc/2012-11-05/`
 */
export function detailedQueryErrors(namespace: string): ErrorFormat {
  return (error, { requestId }) => queryError(` xmlns="${namespace}"`, error, requestId, '<Detail/>');
}

function queryError(attribute: string, { code, message, status }: AwsError, requestId: string, detail: string) {
  const fields = `<Type>${faultOf(status)}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const content = `<Error>${fields}${detail}</Error><RequestId>${requestId}</RequestId>`;
  return xmlResponse(`<ErrorResponse${attribute}>${content}</ErrorResponse>`, status);
}

/**
 * For a service that moved from the query protocol to JSON: it answers in the protocol of the request, since older clients use
 * the older one.
 * @param queryCodes codes of the query protocol that differ, by those of JSON
 * @param inQuery the format of the older protocol
 */
export function queryCompatibleErrors(
  queryCodes: Readonly<Record<string, string>>,
  inQuery: ErrorFormat = queryErrors,
): ErrorFormat {
  return (error, failed) => {
    const { message, status, details } = error;
    const queryCode = queryCodes[error.code] ?? error.code;
    if (failed.headers['x-amz-target'] === undefined) {
      return inQuery(new AwsError(queryCode, message, status, details), failed);
    }
    const answer = jsonErrors('1.0')(error, failed);
    return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${queryCode};${faultOf(status)}` } };
  };
}

/**
 * For a service that the engine does not have: in the protocol of the request, so that the AWS CLI and SDKs can read it. Only the
 * query protocol sends a form.
 */
export const errorsAsAsked: ErrorFormat = (error, failed) => {
  const isForm = failed.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return (isForm ? queryErrors : jsonErrors('1.0'))(error, failed);
};

function faultOf(status: number): 'Sender' | 'Receiver' {
  return status >= 500 ? 'Receiver' : 'Sender';
}
