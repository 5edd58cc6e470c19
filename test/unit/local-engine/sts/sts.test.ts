import { describe, expect, test } from '@jest/globals';
import { localAccount } from '../../../../packages/local-engine/core/account.ts';
import { stsApi } from '../../../../packages/local-engine/sts/index.ts';
import { apiRequest } from '../support/requests.ts';
import { xmlElements } from '../support/xml.ts';

const ask = (operation: string, region: string) =>
  stsApi({ account: localAccount(region, '111122223333') }).handle(operation, apiRequest('POST', '/'));

describe('who calls', () => {
  test.each([
    { region: 'ap-northeast-1', partition: 'aws' },
    { region: 'cn-north-1', partition: 'aws-cn' },
  ])('given an account in $region, it is told with its ARN in $partition', async ({ region, partition }) => {
    const { status, body } = await ask('GetCallerIdentity', region);
    expect(status).toBe(200);
    expect(xmlElements(String(body), 'GetCallerIdentityResult')).toEqual([
      `<Arn>arn:${partition}:iam::111122223333:root</Arn><UserId>111122223333</UserId><Account>111122223333</Account>`,
    ]);
  });

  test('given another action, the error names it', async () => {
    const call = ask('AssumeRole', 'ap-northeast-1');
    await expect(call).rejects.toThrow(expect.objectContaining({ code: 'InvalidAction' }));
    await expect(call).rejects.toThrow('sts:AssumeRole');
  });
});
