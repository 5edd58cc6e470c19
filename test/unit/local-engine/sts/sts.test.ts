import { describe, expect, test } from '@jest/globals';
import { localAccount } from '../../../../packages/local-engine/core/account.ts';
import { answerSts } from '../../../../packages/local-engine/sts/index.ts';
import { xmlElements } from '../support/xml.ts';

describe('who calls', () => {
  test.each([
    { region: 'ap-northeast-1', partition: 'aws' },
    { region: 'cn-north-1', partition: 'aws-cn' },
  ])('given an account in $region, it is told with its ARN in $partition', ({ region, partition }) => {
    const { status, body } = answerSts('GetCallerIdentity', localAccount(region, '111122223333'));
    expect(status).toBe(200);
    expect(xmlElements(String(body), 'GetCallerIdentityResult')).toEqual([
      `<Arn>arn:${partition}:iam::111122223333:root</Arn><UserId>111122223333</UserId><Account>111122223333</Account>`,
    ]);
  });

  test('given another action, the error names it', () => {
    const call = () => answerSts('AssumeRole', localAccount('ap-northeast-1', '111122223333'));
    expect(call).toThrow(expect.objectContaining({ code: 'InvalidAction' }));
    expect(call).toThrow('sts:AssumeRole');
  });
});
