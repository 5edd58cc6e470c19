import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { AwsClients } from '../../operations/aws/aws-clients.ts';
import { isStackNotFound } from '../../operations/aws/aws-failure.ts';
import { type FoundStack, outputsOf } from '../../operations/deployed/stack.ts';
import { CommandFailure } from '../../operations/messages/errors.ts';

/** An account and a Region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** An existing stack. */
export interface DeployedStack extends FoundStack {
  readonly place: Place;
  /** CloudFormation's, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly isProtected: boolean;
}

/** Whether CloudFormation works on a stack. One in review has only a change set, which does nothing until it is executed. */
export function isChanging({ status }: DeployedStack): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** The stack of that name; undefined if there is none. */
export async function findDeployed(clients: AwsClients, name: string): Promise<DeployedStack | undefined> {
  const stack = await describe(clients, name);
  return (
    stack && {
      name,
      outputs: outputsOf(stack),
      place: placeOf(stack),
      status: stack.StackStatus ?? 'unknown',
      isProtected: stack.EnableTerminationProtection ?? false,
    }
  );
}

/** The name of the stack that `cdk bootstrap` creates, unless it gets another one. */
const USUAL_BOOTSTRAP = 'CDKToolkit';

/**
 * Where the CDK deploys to: the place of its bootstrap stack.
 * @throws CommandFailure if `cdk bootstrap` was never run there
 */
export async function findBootstrapped(clients: AwsClients): Promise<Place> {
  const usual = await describe(clients, USUAL_BOOTSTRAP);
  if (usual !== undefined) return placeOf(usual);
  const client = clients.of(CloudFormationClient);
  for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
    const renamed = Stacks.find((stack) => outputsOf(stack).BootstrapVersion !== undefined);
    if (renamed !== undefined) return placeOf(renamed);
  }
  throw new CommandFailure(
    `the CDK is not set up for this account in ${await client.config.region()}: run npx cdk bootstrap once, then deploy again`,
  );
}

async function describe(clients: AwsClients, StackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await clients.of(CloudFormationClient).send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0];
  } catch (error) {
    if (isStackNotFound(error)) return undefined;
    throw error;
  }
}

/** From the stack's ARN: `arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/…`. */
function placeOf({ StackId = '' }: Stack): Place {
  const [, , , region = '', account = ''] = StackId.split(':');
  return { account, region };
}
