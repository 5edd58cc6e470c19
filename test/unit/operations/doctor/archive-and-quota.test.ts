import { NoSuchResourceException } from '@aws-sdk/client-service-quotas';
import { describe, expect, test } from '@jest/globals';
import { bucketQuota, quotaFinding } from '../../../../operations/doctor/bucket-quota.ts';
import { type ArchiveFacts, archive, archiveFinding } from '../../../../operations/doctor/bus.ts';
import { awsError, deployedWith, FIXES, STACK } from './fakes.ts';

describe('the archive', () => {
  const WELL = { state: 'ENABLED', sourceArn: 'bus', retentionDays: 30 };

  test.each<[string, ArchiveFacts['archive'], string, string, string | undefined]>([
    ['enabled', WELL, 'ok', 'it keeps every event for 30 days', undefined],
    ['without end', { ...WELL, retentionDays: 0 }, 'ok', 'it keeps every event forever', undefined],
    [
      'of another bus',
      { ...WELL, sourceArn: 'other' },
      'problem',
      "it keeps events of other, not of this stack's bus: no replay is possible",
      'deploy',
    ],
    [
      'of some events',
      { ...WELL, pattern: '{"source":["x"]}' },
      'warning',
      'it keeps only events that match {"source":["x"]}, for 30 days',
      'deploy',
    ],
    [
      'that is being created',
      { ...WELL, state: 'CREATING' },
      'warning',
      'it is CREATING; events may not be kept',
      'wait a minute, then: npx pipeline doctor',
    ],
    [
      'that failed',
      { ...WELL, state: 'UPDATE_FAILED', reason: 'no key' },
      'problem',
      'it is UPDATE_FAILED: no key; events may not be kept',
      'aws events update-archive --archive-name all --retention-days 30',
    ],
    [
      'that is gone',
      undefined,
      'problem',
      'it does not exist: no event is kept',
      'aws events create-archive --archive-name all --event-source-arn bus',
    ],
  ])('given one %s', (_, facts, status, detail, fix) => {
    expect(archiveFinding({ name: 'all', busArn: 'bus', archive: facts }, FIXES)).toEqual({
      check: 'archive',
      subject: 'all',
      status,
      detail,
      ...(fix !== undefined && { fix }),
    });
  });

  test('given what EventBridge answers, the finding follows from that', async () => {
    const EventSourceArn = 'arn:aws:events:eu-west-1:123456789012:event-bus/bus';
    const well = deployedWith({ DescribeArchiveCommand: { State: 'ENABLED', EventSourceArn, RetentionDays: 0 } });
    expect(await archive.run({ deployed: well, fixes: FIXES, now: 0 })).toMatchObject([
      { status: 'ok', subject: 'all' },
    ]);
    const gone = deployedWith({ DescribeArchiveCommand: awsError('ResourceNotFoundException', 'none') });
    expect(await archive.run({ deployed: gone, fixes: FIXES, now: 0 })).toMatchObject([{ status: 'problem' }]);
  });
});

describe('the bucket quota', () => {
  test.each([
    [0, 10_000, 'ok', '0 of 10,000 buckets, 0%'],
    [7999, 10_000, 'ok', '7,999 of 10,000 buckets, 79%'],
    [8000, 10_000, 'warning', '8,000 of 10,000 buckets, 80%; a full account refuses new buckets'],
    [9499, 10_000, 'warning', '9,499 of 10,000 buckets, 94%; a full account refuses new buckets'],
    [9500, 10_000, 'problem', '9,500 of 10,000 buckets, 95%; a full account refuses new buckets'],
    [10_000, 10_000, 'problem', '10,000 of 10,000 buckets, 100%; a full account refuses new buckets'],
  ])('given %i of %i, it is %s', (buckets, quota, status, detail) => {
    const finding = quotaFinding({ buckets, quota, region: 'us-east-1' }, FIXES);
    expect([finding.status, finding.detail]).toEqual([status, detail]);
    const fix =
      'aws service-quotas request-service-quota-increase --region us-east-1 --service-code s3 --quota-code L-DC2B2D3D --desired-value 20000';
    expect(finding.fix).toBe(status === 'ok' ? undefined : fix);
  });

  test.each([
    ['aws', 'ap-northeast-1', 'us-east-1'],
    ['aws-cn', 'cn-northwest-1', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-east-1', 'us-gov-west-1'],
    ['aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1'],
    ['aws-iso', 'us-iso-west-1', 'us-iso-west-1'],
  ])('given the partition %s, it is read and raised in the Region that keeps it', async (partition, region, where) => {
    const outputs = { ...STACK.outputs, EventBusArn: `arn:${partition}:events:${region}:123456789012:event-bus/bus` };
    const asked: (string | undefined)[] = [];
    const deployed = deployedWith(
      { ListBucketsCommand: { Buckets: [{}] }, GetServiceQuotaCommand: { Quota: { Value: 1 } } },
      { ...STACK, outputs },
      (service, askedIn) => service === 'ServiceQuotasClient' && asked.push(askedIn),
    );
    const [finding] = await bucketQuota.run({ deployed, fixes: FIXES, now: 0 });
    expect(asked).toEqual([where]);
    expect(finding?.fix).toContain(`--region ${where} `);
  });

  test.each([{}, { Quota: {} }, { Quota: { Value: 0 } }])(
    'given the answer %j, it says that no quota is known',
    async (answer) => {
      const deployed = deployedWith({ ListBucketsCommand: { Buckets: [{}] }, GetServiceQuotaCommand: answer });
      expect(await bucketQuota.run({ deployed, fixes: FIXES, now: 0 })).toMatchObject([
        { status: 'warning', detail: '1 bucket; Service Quotas in us-east-1 does not say how many are allowed' },
      ]);
    },
  );

  const pages = [{ Buckets: [{}, {}, {}], ContinuationToken: 'more' }, { Buckets: [{}] }];
  const countingPages = () => {
    let page = 0;
    return () => pages[page++] ?? {};
  };

  test('given buckets in several pages, all of them count', async () => {
    const deployed = deployedWith({
      ListBucketsCommand: countingPages(),
      GetServiceQuotaCommand: { Quota: { Value: 5 } },
    });
    expect(await bucketQuota.run({ deployed, fixes: FIXES, now: 0 })).toMatchObject([
      { status: 'warning', detail: '4 of 5 buckets, 80%; a full account refuses new buckets' },
    ]);
  });

  test('given an account that never asked for more, the default counts', async () => {
    const deployed = deployedWith({
      ListBucketsCommand: countingPages(),
      GetServiceQuotaCommand: new NoSuchResourceException({ message: 'none', $metadata: {} }),
      GetAWSDefaultServiceQuotaCommand: { Quota: { Value: 100 } },
    });
    expect(await bucketQuota.run({ deployed, fixes: FIXES, now: 0 })).toMatchObject([
      { status: 'ok', detail: '4 of 100 buckets, 4%' },
    ]);
  });

  test('given that the quota may not be read, the default is not used for it', async () => {
    const denied = awsError('AccessDeniedException', 'no');
    const deployed = deployedWith({
      ListBucketsCommand: countingPages(),
      GetServiceQuotaCommand: denied,
      GetAWSDefaultServiceQuotaCommand: { Quota: { Value: 100 } },
    });
    await expect(bucketQuota.run({ deployed, fixes: FIXES, now: 0 })).rejects.toBe(denied);
  });
});
