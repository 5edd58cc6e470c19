import { onStack } from '../../../operations/deployed/stack.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { columns, jsonLine, print } from '../../output/output.ts';
import type { OutputsOptions } from './command.ts';

/**
 * Shows the outputs of the stack, or the value of one of them.
 * @throws CommandFailure for an output that the stack does not have
 */
export async function outputs(key: string | undefined, { json, ...target }: OutputsOptions): Promise<void> {
  const { stack } = await onStack(target, async (on) => on);
  const chosen = key === undefined ? stack.outputs : { [key]: stack.outputs[key] };
  if (key !== undefined && chosen[key] === undefined) {
    const known = Object.keys(stack.outputs).sort().join(', ');
    throw new CommandFailure(`the stack ${stack.name} has no output ${key}; it has ${known}`);
  }
  if (json) print(jsonLine(chosen));
  else if (key !== undefined) print(`${chosen[key]}\n`);
  else print(columns(Object.entries(stack.outputs).sort(([a], [b]) => (a < b ? -1 : 1))));
}
