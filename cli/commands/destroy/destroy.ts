import { CommandFailure } from '../../../operations/messages/errors.ts';
import { findDeployed } from '../../deployment/deployed-stack.ts';
import { countBuckets, readData } from '../../deployment/stack-data.ts';
import { type ChosenStage, onStage, type StageEffects } from '../../deployment/stage.ts';
import type { StageOptions } from '../../deployment/stage-options.ts';
import { confirmByName, requireConfirmable } from '../../output/confirm.ts';
import { note, print } from '../../output/output.ts';
import { destroyRefusal, destroyText, leftText } from './destroy-plan.ts';

/**
 * Destroys a stage's stack: shows first what will be deleted and what will stay, and asks for the stack's name.
 * @throws CommandFailure if the stack does not exist or is protected
 */
export function destroy(options: StageOptions): Promise<void> {
  return onStage(options, (stage, effects) => destroyStage(stage, options, effects));
}

export async function destroyStage(
  { stackName, cdkOptions }: ChosenStage,
  { dryRun = false, yes = false }: Pick<StageOptions, 'dryRun' | 'yes'>,
  { clients, runCdk }: StageEffects,
): Promise<void> {
  if (!dryRun) requireConfirmable({ yes });
  const stack = await findDeployed(clients, stackName);
  if (stack === undefined) {
    throw new CommandFailure(`there is no stack ${stackName} in this account and Region; nothing was destroyed`);
  }
  const [data, buckets] = await Promise.all([readData(clients, stack), countBuckets(clients, stack)]);
  note(destroyText({ stack, data, buckets }));
  const refusal = destroyRefusal(stack, data);
  if (refusal !== undefined) throw new CommandFailure(refusal);
  if (dryRun) return;
  if (!(await confirmByName('To destroy it, type the name of the stack:', stackName, { yes }))) {
    note('Nothing was destroyed.\n');
    return;
  }
  await runCdk(['destroy', stackName, ...cdkOptions, '--force']);
  print(leftText({ stack, data, buckets }));
}
