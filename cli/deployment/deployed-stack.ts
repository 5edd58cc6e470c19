import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { AwsClients } from '../../operations/aws/aws-clients.ts';
import { isStackNotFound } from '../../operations/aws/not-found.ts';
import { type FoundStack, outputsOf } from '../../operations/deployed/stack.ts';
import { CommandFailure } from '../../operations/messages/errors.ts';

/** An account and a Region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** A stack that is there. */
export interface DeployedStack extends FoundStack {
  readonly place: Place;
  /** As CloudFormation says it, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly isProtected: boolean;
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

/** What `cdk bootstrap` calls its stack, unless it is told another name. */
const USUAL_BOOTSTRAP = 'CDKToolkit';

/**
 * Where the CDK would deploy to: the place of its bootstrap stack.
 * @throws CommandFailure where `cdk bootstrap` was not run
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
    `the CDK was never set up for this account in ${await client.config.region()}: run npx cdk bootstrap, once, then this again`,
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

/** A stack's ARN says it: `arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/…`. */
function placeOf({ StackId = '' }: Stack): Place {
  const [, , , region = '', account = ''] = StackId.split(':');
  return { account, region };
}
