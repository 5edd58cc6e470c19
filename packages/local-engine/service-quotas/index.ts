import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { ServiceApi } from '../protocols/http.ts';
import { jsonService } from '../protocols/json-protocol.ts';
import { unknownOperation } from '../protocols/operations.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';

/**
 * The quotas that the engine knows, at AWS's defaults.
 * Source: S3 user guide, general purpose bucket quotas, restrictions, and limitations.
 */
const QUOTAS = [
  {
    ServiceCode: 's3',
    ServiceName: 'Amazon Simple Storage Service (Amazon S3)',
    QuotaCode: 'L-DC2B2D3D',
    QuotaName: 'General purpose buckets',
    Value: 10_000,
    Unit: 'None',
    Adjustable: true,
  },
] as const;

export function serviceQuotasApi({ account }: { readonly account: Account }): ServiceApi {
  const answer = (operation: string, request: Record<string, unknown>) =>
    answerServiceQuotas(operation, request, account);
  return jsonService('1.1', answer, new RequestSchemas('@aws-sdk/client-service-quotas'));
}

/** Answers one call. @throws AwsError as Service Quotas does, and for an operation other than these two */
export function answerServiceQuotas(operation: string, request: Record<string, unknown>, account: Account): object {
  switch (operation) {
    case 'GetServiceQuota':
      return { Quota: find(request, account) };
    case 'GetAWSDefaultServiceQuota':
      // The ARN of a default has no account.
      return { Quota: find(request, { ...account, id: '' }) };
    default:
      throw unknownOperation('servicequotas', operation);
  }
}

function find({ ServiceCode, QuotaCode }: Record<string, unknown>, account: Account): object {
  if (!ServiceCode || !QuotaCode) {
    throw new AwsError('IllegalArgumentException', 'ServiceCode and QuotaCode are both required.');
  }
  const ofService = QUOTAS.filter((quota) => quota.ServiceCode === ServiceCode);
  const found = ofService.find((quota) => quota.QuotaCode === QuotaCode);
  if (found) return { ...found, QuotaArn: arnOf(account, 'servicequotas', `${ServiceCode}/${QuotaCode}`) };
  const what = ofService.length === 0 ? `service ${ServiceCode}` : `quota ${QuotaCode} of ${ServiceCode}`;
  const known = QUOTAS.map((quota) => `${quota.ServiceCode}/${quota.QuotaCode}`).join(', ');
  throw new AwsError('NoSuchResourceException', `The local engine has no ${what}. It knows ${known}.`);
}
