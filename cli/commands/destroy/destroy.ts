import { CommandFailure } from '../../../operations/messages/errors.ts';
import type { ChosenStage } from '../../deployment/chosen-stage.ts';
import { findDeployed } from '../../deployment/deployed-stack.ts';
import { countBuckets, readData } from '../../deployment/stack-data.ts';
import { type StageEffects, withStage } from '../../deployment/with-stage.ts';
import { confirmByName, requireConfirmable } from '../../output/confirm.ts';
import { note, print } from '../../output/output.ts';
import type { DeployOptions } from '../deploy/deploy.ts';
import { destroyRefusal, destroyText, leftText } from './destroy-plan.ts';

/**
 * Destroys a stage's stack, after it has said what will be gone and what will stay, and was told the stack's name.
 * @throws CommandFailure if there is no such stack, or it is protected
 */
export function destroy(options: DeployOptions): Promise<void> {
  return withStage(options, (stage, effects) => destroyStage(stage, options, effects));
}

export async function destroyStage(
  { stackName, cdkOptions }: ChosenStage,
  { dryRun = false, yes = false }: Pick<DeployOptions, 'dryRun' | 'yes'>,
  { clients, runCdk }: StageEffects,
): Promise<void> {
  if (!dryRun) requireConfirmable({ yes });
  const stack = await findDeployed(clients, stackName);
  if (stack === undefined) throw new CommandFailure(`there is no stack ${stackName} here: nothing was destroyed`);
  const [data, buckets] = await Promise.all([readData(clients, stack), countBuckets(clients, stack)]);
  note(destroyText({ stack, data, buckets }));
  const refusal = destroyRefusal(stack, data);
  if (refusal !== undefined) throw new CommandFailure(refusal);
  if (dryRun) return;
  if (!(await confirmByName('To destroy it, type the name of the stack:', stackName, { yes }))) {
    note('nothing was destroyed\n');
    return;
  }
  await runCdk(['destroy', stackName, ...cdkOptions, '--force']);
  print(leftText({ stack, data, buckets }));
}
