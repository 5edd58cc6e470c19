import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';

/** `aws sts get-caller-identity`, which people and tools ask first. @throws AwsError for anything else */
export function answerSts(action: string, { id, partition }: Account): ApiResponse {
  if (action !== 'GetCallerIdentity') {
    throw new AwsError('InvalidAction', `The local engine does not implement sts:${action}.`);
  }
  const identity = `<Arn>arn:${partition}:iam::${id}:root</Arn><UserId>${id}</UserId><Account>${id}</Account>`;
  return xmlResponse(
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
      `<GetCallerIdentityResult>${identity}</GetCallerIdentityResult>` +
      '<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
  );
}
