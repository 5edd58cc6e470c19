import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { explainAwsError } from '../../operations/aws/aws-failure.ts';
import { type ChosenStage, chooseStage, type StageOptions } from './chosen-stage.ts';
import { refuseLocalEndpoint } from './on-aws.ts';
import { type RunCdk, runProjectCdk } from './run-cdk.ts';

/** What a command on a stage works with. */
export interface StageEffects {
  readonly clients: AwsClients;
  readonly runCdk: RunCdk;
}

/**
 * Runs a command on the stage that the options choose, on AWS.
 * @throws UsageError where the SDK would be led to another endpoint
 * @throws CommandFailure for a config that is refused, and for what AWS refuses, with what to do
 */
export async function withStage(
  options: StageOptions,
  act: (stage: ChosenStage, effects: StageEffects) => Promise<void>,
): Promise<void> {
  refuseLocalEndpoint(process.env);
  const stage = await chooseStage(options);
  const target = { stackName: stage.stackName };
  const clients = new AwsClients(target);
  try {
    await act(stage, { clients, runCdk: runProjectCdk });
  } catch (error) {
    throw explainAwsError(error, target);
  } finally {
    clients.destroy();
  }
}
