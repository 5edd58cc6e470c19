import { describe, expect, test } from '@jest/globals';
import { answerServiceQuotas } from '../../../../packages/local-engine/service-quotas/index.ts';
import { ACCOUNT } from '../support/parts.ts';

const BUCKETS = { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' };
const ask = (operation: string, request: Record<string, unknown>) => answerServiceQuotas(operation, request, ACCOUNT);

test.each([
  { operation: 'GetServiceQuota', arn: 'arn:aws:servicequotas:ap-northeast-1:111122223333:s3/L-DC2B2D3D' },
  { operation: 'GetAWSDefaultServiceQuota', arn: 'arn:aws:servicequotas:ap-northeast-1::s3/L-DC2B2D3D' },
])('given $operation of the number of buckets, it is ten thousand', ({ operation, arn }) => {
  expect(ask(operation, BUCKETS)).toEqual({
    Quota: {
      ...BUCKETS,
      ServiceName: 'Amazon Simple Storage Service (Amazon S3)',
      QuotaName: 'General purpose buckets',
      QuotaArn: arn,
      Value: 10_000,
      Unit: 'None',
      Adjustable: true,
    },
  });
});

describe('what is refused', () => {
  test.each([
    { given: 'another service', request: { ...BUCKETS, ServiceCode: 'ec2' }, named: 'service ec2' },
    { given: 'another quota', request: { ...BUCKETS, QuotaCode: 'L-0' }, named: 'quota L-0 of s3' },
  ])('given $given, the answer is NoSuchResourceException, by name', ({ request, named }) => {
    expect(() => ask('GetServiceQuota', request)).toThrow(
      expect.objectContaining({ code: 'NoSuchResourceException', message: expect.stringContaining(named) }),
    );
  });

  test.each([{ ServiceCode: 's3' }, { QuotaCode: 'L-DC2B2D3D' }, {}])(
    'given only %p, something is missing',
    (request) => {
      expect(() => ask('GetServiceQuota', request)).toThrow(
        expect.objectContaining({ code: 'IllegalArgumentException' }),
      );
    },
  );

  test('given another operation, the error names it', () => {
    expect(() => ask('ListServices', {})).toThrow('servicequotas:ListServices');
  });
});
