import { createHash } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { escapeXml } from '../protocols/xml.ts';

/** S3's error document. Its host id is made from the request's id: only AWS's support reads it. */
export function s3Error({ code, message, status, details }: AwsError, requestId: string): ApiResponse {
  const extra = Object.entries(details).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  const hostId = createHash('sha384').update(requestId).digest('base64');
  const body =
    `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>${extra.join('')}` +
    `<RequestId>${requestId}</RequestId><HostId>${hostId}</HostId></Error>`;
  return xmlResponse(body, status, { 'x-amz-id-2': hostId });
}

export function noSuchBucket(BucketName: string): AwsError {
  return new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName });
}

export function noSuchKey(Key: string): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key });
}

export function noSuchUpload(UploadId: string): AwsError {
  const message =
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
  return new AwsError('NoSuchUpload', message, 404, { UploadId });
}

/** @param ArgumentName the query parameter or header that is wrong */
export function invalidArgument(message: string, ArgumentName: string, ArgumentValue?: string): AwsError {
  const details = { ArgumentName, ...(ArgumentValue !== undefined && { ArgumentValue }) };
  return new AwsError('InvalidArgument', message, 400, details);
}

export function invalidRequest(message: string, details: Readonly<Record<string, unknown>> = {}): AwsError {
  return new AwsError('InvalidRequest', message, 400, details);
}

export function malformedXml(): AwsError {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new AwsError('MalformedXML', message);
}

/** A part of S3 that the engine does not have. @param what such as `?acl of an object` */
export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `The local engine does not implement ${what}.`, 501);
}

/** S3's answer to a header for something that it does not do there. */
export function headerNotImplemented(Header: string, why?: string): AwsError {
  const message = 'A header you provided implies functionality that is not implemented';
  const details = { Header, ...(why !== undefined && { additionalMessage: why }) };
  return new AwsError('NotImplemented', message, 501, details);
}

/** @param Condition the header that asked for it, such as `If-Match` */
export function preconditionFailed(Condition: string): AwsError {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new AwsError('PreconditionFailed', message, 412, { Condition });
}

export function accessDenied(message = 'Access Denied', details: Readonly<Record<string, unknown>> = {}): AwsError {
  return new AwsError('AccessDenied', message, 403, details);
}

export function methodNotAllowed(Method: string, ResourceType: string): AwsError {
  const message = 'The specified method is not allowed against this resource.';
  return new AwsError('MethodNotAllowed', message, 405, { Method, ResourceType });
}
