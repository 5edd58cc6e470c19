import { describe, expect, it } from '@jest/globals';
import { planBucket, type SettingStep } from '../../../../services/bucket-service/bucket-plan.ts';
import { bucketTags, userIdTag } from '../../../../services/bucket-service/bucket-tags.ts';
import { registration } from '../registrations.ts';
import { settings } from './settings.ts';

const NAME = 'siutest4-20240430062715-123456789012-ap-northeast-1-an';
const tagsOf = (registered = registration()) =>
  Object.fromEntries(
    (planBucket(registered, settings()).create.CreateBucketConfiguration?.Tags ?? []).map((tag) => [
      tag.Key,
      tag.Value,
    ]),
  );

function policyIn(step: SettingStep | undefined): { Statement: { Sid: string }[] } {
  if (step?.kind !== 'policy') throw new Error(`no policy: ${step?.kind}`);
  return JSON.parse(step.input.Policy ?? '');
}

describe('the plan of a bucket', () => {
  it('is one private, tagged bucket in the account-regional namespace, and nothing more', () => {
    const { tags, ...plan } = planBucket(registration(), settings());
    expect(tags).toEqual(plan.create.CreateBucketConfiguration?.Tags);
    expect(plan).toEqual({
      bucketName: NAME,
      create: {
        Bucket: NAME,
        BucketNamespace: 'account-regional',
        CreateBucketConfiguration: {
          LocationConstraint: 'ap-northeast-1',
          Tags: [
            { Key: 'app', Value: 'user-bucket-pipeline' },
            { Key: 'userIdSha256', Value: 'a4e624d686e03ed2767c0abd85c14426b0b1157d2ce81d27bb4fe4f6f01d688a' },
            { Key: 'registeredAt', Value: '1714458435' },
            { Key: 'correlationId', Value: 'registration-of-test4' },
          ],
        },
      },
      hidesRepetition: false,
      settings: [],
    });
  });

  it.each([
    ['us-east-1', 'global', true],
    ['us-east-1', 'account-regional', false],
    ['ap-northeast-1', 'global', false],
  ] as const)('in %s and the %s namespace, knows whether S3 hides a repetition: %s', (region, namespace, expected) => {
    expect(planBucket(registration(), settings({ region, namespace })).hidesRepetition).toBe(expected);
  });

  it('names no namespace in the global one', () => {
    const { create } = planBucket(registration(), settings({ namespace: 'global' }));
    expect(create.Bucket).toBe('siutest4-20240430062715');
    expect(create).not.toHaveProperty('BucketNamespace');
  });

  it('names no location in us-east-1, which would be refused there, but keeps the tags', () => {
    const { create } = planBucket(registration(), settings({ region: 'us-east-1' }));
    expect(create.CreateBucketConfiguration).not.toHaveProperty('LocationConstraint');
    expect(create.CreateBucketConfiguration?.Tags).toHaveLength(4);
  });

  it.each(['홍길동 🪣', '"quoted"', 'jane@example.com', 'é'.repeat(1024)])(
    'given the user %s, keeps the id itself out of the tags, and finds it again by its hash',
    (userId) => {
      const tags = tagsOf(registration(userId));
      expect(tags.userIdSha256).toBe(userIdTag(userId));
      expect(Object.values(tags)).not.toContain(userId);
    },
  );

  it.each([['"'], ['x'.repeat(257)], ['🪣']])(
    'given the correlation id %s, which no tag can hold, goes without it',
    (id) => {
      const registered = registration();
      const tags = tagsOf({ ...registered, metadata: { ...registered.metadata, correlationId: id } });
      expect(tags).not.toHaveProperty('correlationId');
    },
  );

  it('given tags of the stage, sends them with the others in the one call', () => {
    const { create, settings: steps } = planBucket(registration(), settings({ tags: { 'cost-center': '4711' } }));
    const ofStage = { Key: 'cost-center', Value: '4711' };
    expect(create.CreateBucketConfiguration?.Tags).toEqual([...bucketTags(registration()), ofStage]);
    expect(steps).toEqual([]);
  });

  it('given CORS, adds the rule that lets browsers read', () => {
    expect(planBucket(registration(), settings({ cors: true })).settings).toEqual([
      {
        kind: 'cors',
        input: {
          Bucket: NAME,
          CORSConfiguration: {
            CORSRules: [
              {
                AllowedHeaders: ['*'],
                AllowedMethods: ['GET', 'HEAD', 'POST'],
                AllowedOrigins: ['*'],
                ExposeHeaders: ['x-amz-server-side-encryption', 'x-amz-request-id', 'x-amz-id-2'],
                MaxAgeSeconds: 3000,
              },
            ],
          },
        },
      },
    ]);
  });

  it('given public listing, opens only what the policy needs, and only then sets it', () => {
    const [open, policy, ...more] = planBucket(registration(), settings({ publicListing: true })).settings;
    expect(more).toEqual([]);
    expect(open).toEqual({
      kind: 'public-access',
      input: {
        Bucket: NAME,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: false,
          RestrictPublicBuckets: false,
        },
      },
    });
    expect(policy?.input.Bucket).toBe(NAME);
    expect(policyIn(policy)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'PublicListing',
          Effect: 'Allow',
          Principal: '*',
          Action: ['s3:GetBucketLocation', 's3:ListBucket'],
          Resource: `arn:aws:s3:::${NAME}`,
        },
      ],
    });
  });

  it('given TLS only, sets a policy that denies plain http, and opens nothing', () => {
    const [policy, ...more] = planBucket(registration(), settings({ tlsOnly: true })).settings;
    expect(more).toEqual([]);
    expect(policyIn(policy)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [`arn:aws:s3:::${NAME}`, `arn:aws:s3:::${NAME}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });

  it('given public listing and TLS only, sets one policy with both, since a second one would replace the first', () => {
    const steps = planBucket(registration(), settings({ publicListing: true, tlsOnly: true })).settings;
    expect(steps.map(({ kind }) => kind)).toEqual(['public-access', 'policy']);
    expect(policyIn(steps[1]).Statement.map(({ Sid }) => Sid)).toEqual(['PublicListing', 'TlsOnly']);
  });

  it.each([
    [{ abortUploadsAfterDays: 7 }, { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }],
    [{ intelligentTieringAfterDays: 1 }, { Transitions: [{ Days: 1, StorageClass: 'INTELLIGENT_TIERING' }] }],
    [{ expireObjectsAfterDays: 30 }, { Expiration: { Days: 30 } }],
    [
      { abortUploadsAfterDays: 1, intelligentTieringAfterDays: 2, expireObjectsAfterDays: 3 },
      {
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        Transitions: [{ Days: 2, StorageClass: 'INTELLIGENT_TIERING' }],
        Expiration: { Days: 3 },
      },
    ],
  ])('given the lifecycle %j, sets one rule for every object', (lifecycle, actions) => {
    expect(planBucket(registration(), settings({ lifecycle })).settings).toEqual([
      {
        kind: 'lifecycle',
        input: {
          Bucket: NAME,
          LifecycleConfiguration: {
            Rules: [{ ID: 'user-bucket-pipeline', Status: 'Enabled', Filter: { Prefix: '' }, ...actions }],
          },
        },
      },
    ]);
  });

  it('names the bucket by its own partition in the policy', () => {
    const plan = planBucket(
      registration(),
      settings({ publicListing: true, namespace: 'global', region: 'cn-north-1' }),
    );
    expect(JSON.stringify(plan.settings)).toContain('arn:aws-cn:s3:::siutest4-20240430062715');
  });
});
