import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { AwsClients } from '../aws/aws-clients.ts';
import { explainAwsError } from '../aws/aws-failure.ts';
import { chooseTarget, type Target } from '../aws/target.ts';
import { type FoundStack, findStack } from './stack-outputs.ts';

/** How a command is told where the pipeline is. */
export interface TargetOptions {
  readonly port?: number;
  readonly stack?: string;
}

/** What a command works with. */
export interface OnStack {
  readonly target: Target;
  readonly clients: AwsClients;
  readonly stack: FoundStack;
}

/**
 * Runs what a command does with the pipeline's stack, local or on AWS, and closes its clients behind it.
 * @throws CommandFailure for a stack that cannot be found, and for whatever an AWS call fails with
 */
export async function onStack<T>(options: TargetOptions, run: (on: OnStack) => Promise<T>): Promise<T> {
  const target = chooseTarget(options, process.env);
  const clients = new AwsClients(target);
  try {
    const stack = await findStack(clients.of(CloudFormationClient), target);
    return await run({ target, clients, stack });
  } catch (error) {
    throw explainAwsError(error, target);
  } finally {
    clients.destroy();
  }
}
