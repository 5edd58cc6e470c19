import { CloudFormationClient, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { outputsOf, type StackOutputs } from '../deployed/stack.ts';
import { type Check, type FixCommands, findingsAbout, type HealthFinding } from './check.ts';

/** A stack of the account and Region. */
export interface NamedStack {
  readonly name: string;
  readonly outputs: StackOutputs;
}

/**
 * Whether no other pipeline of the account and Region names buckets alike, where users leave: nothing on a bucket says which stage
 * made it, so one would retire buckets of the other.
 */
export const bucketNames: Check = {
  name: 'bucket names',
  async run({ deployed: { clients, stack }, fixes }) {
    if (stack.outputs.DeletionPipeName === undefined) return [];
    const found: NamedStack[] = [];
    for await (const { Stacks = [] } of paginateDescribeStacks({ client: clients.of(CloudFormationClient) }, {})) {
      found.push(...Stacks.map((each) => ({ name: each.StackName ?? '', outputs: outputsOf(each) })));
    }
    return [bucketNamesFinding(stack, found, fixes)];
  },
};

/** @param stacks of the account and Region, the own one among them */
export function bucketNamesFinding(
  { name, outputs }: NamedStack,
  stacks: readonly NamedStack[],
  fixes: FixCommands,
): HealthFinding {
  const { BucketNamePrefix: prefix, BucketNamespace: namespace } = outputs;
  const { ok, problem } = findingsAbout(bucketNames.name, prefix ?? '');
  const alike = stacks.filter(
    (other) =>
      other.name !== name && other.outputs.BucketNamePrefix === prefix && other.outputs.BucketNamespace === namespace,
  );
  if (alike.length === 0) return ok('no other pipeline of this account and Region names its buckets so');
  const names = alike.map((other) => other.name).join(', ');
  return problem(
    `${names} names its buckets so too: when a user leaves, buckets of the same user id there are retired as well`,
    `set whenUserLeaves to nothing or give one stage another bucketNamePrefix, then: ${fixes.deploy()}`,
  );
}
