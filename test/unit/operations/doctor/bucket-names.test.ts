import { expect, test } from '@jest/globals';
import { bucketNames } from '../../../../operations/doctor/bucket-names.ts';
import { deployedWith, FIXES, STACK } from './fakes.ts';

const NAMES = { BucketNamePrefix: 'siu', BucketNamespace: 'account-regional' };
const LEAVING = { ...STACK, outputs: { ...STACK.outputs, ...NAMES, DeletionPipeName: 'deletions' } };

/** What the check finds beside a stack with these outputs. */
function besideStack(outputs: Readonly<Record<string, string>>, stack = LEAVING) {
  const stackOf = (StackName: string, of: object) => ({
    StackName,
    Outputs: Object.entries(of).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  });
  const DescribeStacksCommand = ({ NextToken }: Readonly<Record<string, unknown>>) =>
    NextToken === undefined
      ? { Stacks: [stackOf(stack.name, stack.outputs)], NextToken: 'more' }
      : { Stacks: [stackOf('user-bucket-pipeline-dev', outputs)] };
  return bucketNames.run({ deployed: deployedWith({ DescribeStacksCommand }, stack), fixes: FIXES, now: 0 });
}

test('given another stack that names buckets alike, whose buckets would be retired too, it is a problem', async () => {
  expect(await besideStack(NAMES)).toEqual([
    {
      check: 'bucket names',
      status: 'problem',
      subject: 'siu',
      detail: expect.stringContaining('user-bucket-pipeline-dev names its buckets so too'),
      fix: 'set whenUserLeaves to nothing or give one stage another bucketNamePrefix, then: deploy',
    },
  ]);
});

test.each([
  ['of another prefix', { ...NAMES, BucketNamePrefix: 'dev' }],
  ['of another namespace', { ...NAMES, BucketNamespace: 'global' }],
  ['of something else', {}],
])('given another stack %s, all is well', async (_, outputs) => {
  expect(await besideStack(outputs)).toMatchObject([{ status: 'ok' }]);
});

test('given a stage where nothing happens when users leave, it looks at no other stack', async () => {
  const stack = { ...STACK, outputs: { ...STACK.outputs, ...NAMES } };
  expect(await bucketNames.run({ deployed: deployedWith({}, stack), fixes: FIXES, now: 0 })).toEqual([]);
});
