import { expect, test } from '@jest/globals';
import type { OnStack } from '../../../operations/deployed/stack.ts';
import { bucketStem } from '../../../operations/deployed/user-bucket.ts';
import { cleanUp } from '../../e2e/clean-up.ts';
import { PipelineUnderTest } from '../../e2e/pipeline-under-test.ts';
import { FakeAws } from '../operations/aws/fake-aws.ts';

const NAMING = {
  prefix: 'siu',
  namespace: 'account-regional',
  accountId: '123456789012',
  region: 'ap-northeast-1',
} as const;
const ENDING = '-123456789012-ap-northeast-1-an';
const stack = {
  name: 'user-bucket-pipeline-dev',
  outputs: {
    UsersTableName: 'users',
    UserIdAttribute: 'userId',
    BucketNamePrefix: 'siu',
    BucketNamespace: 'account-regional',
    EventBusArn: 'arn:aws:events:ap-northeast-1:123456789012:event-bus/Bus',
  },
};

/** A run with one user, on a server that lists these pages of buckets, whatever prefix it is asked for. */
function runOn(...pages: readonly (readonly string[])[]) {
  const left = [...pages];
  const aws = new FakeAws({
    DeleteItem: () => ({}),
    DeleteBucket: () => ({}),
    ListBuckets: () => ({
      Buckets: left.shift()?.map((Name) => ({ Name })),
      ...(left.length > 0 && { ContinuationToken: 'more' }),
    }),
  });
  const on = { clients: aws.clients, stack, target: {} } as unknown as OnStack;
  const pipeline = new PipelineUnderTest(on, { runId: 'r1', now: () => 0, pause: async () => {} });
  const userId = pipeline.userId('alice');
  pipeline.userIds.add(userId);
  const own = `${bucketStem(userId, NAMING)}-20261128203000${ENDING}`;
  return { aws, pipeline, own };
}

test('given a server that lists buckets of others too, only those of the run’s users are deleted', async () => {
  const { own } = runOn();
  const others = [
    'company-backups',
    'siu',
    'siubob-20261128203000-123456789012-ap-northeast-1-an',
    own.replace('alice', 'alice2'),
    own.replace('20261128203000', 'backup'),
    own.replace('20261128203000', '20269928203000'),
    own.replace('123456789012', '210987654321'),
    own.replace('-an', ''),
    `${own}-copy`,
    `copy-${own}`,
  ];
  const { aws, pipeline } = runOn([...others, own]);
  expect(await cleanUp(pipeline)).toEqual([]);
  expect(aws.inputs('DeleteBucket')).toEqual([{ Bucket: own }]);
});

test('given more buckets than one page holds, those of every page are deleted', async () => {
  const { own } = runOn();
  const later = own.replace('203000', '203001');
  const { aws, pipeline } = runOn([own], ['company-backups'], [later]);
  expect(await cleanUp(pipeline)).toEqual([]);
  expect(aws.inputs('DeleteBucket')).toEqual([{ Bucket: own }, { Bucket: later }]);
});
