import type { Account } from '../core/account.ts';
import type { ApiResponse } from '../protocols/http.ts';
import { unknownOperation } from '../protocols/operations.ts';
import { queryAnswer } from '../protocols/query-protocol.ts';

/** GetCallerIdentity, which people and tools call first. @throws AwsError for any other operation */
export function answerSts(action: string, { id, partition }: Account): ApiResponse {
  if (action !== 'GetCallerIdentity') throw unknownOperation('sts', action, 'InvalidAction');
  const identity = { Arn: `arn:${partition}:iam::${id}:root`, UserId: id, Account: id };
  return queryAnswer(action, 'https://sts.amazonaws.com/doc/2011-06-15/', identity);
}
