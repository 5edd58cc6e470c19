import type { Account } from '../core/account.ts';
import type { ActionsOf } from '../iam/access.ts';
import type { ServiceApi } from '../protocols/http.ts';
import { unknownOperation } from '../protocols/operations.ts';
import { queryService } from '../protocols/query-protocol.ts';

/** GetCallerIdentity, which people and tools call first. */
export function stsApi({ account: { id, partition } }: { readonly account: Account }): ServiceApi {
  return queryService('https://sts.amazonaws.com/doc/2011-06-15/', (action) => {
    if (action !== 'GetCallerIdentity') throw unknownOperation('sts', action, 'InvalidAction');
    return { Arn: `arn:${partition}:iam::${id}:root`, UserId: id, Account: id };
  });
}

/** Every caller may ask for its own identity. Source: STS API reference, GetCallerIdentity. */
export const stsActions: ActionsOf = (operation) => (operation === 'GetCallerIdentity' ? [] : undefined);
