import { DescribePipeCommand, PipesClient, StartPipeCommand, StopPipeCommand } from '@aws-sdk/client-pipes';
import { ifFound, RECREATE_HINT } from '../aws/aws-failure.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import { requireEngine } from './lab-api.ts';

/** Whether the pipe reads the table's stream. */
export interface PipeRuns {
  readonly name: string;
  readonly runs: boolean;
}

/** @throws CommandFailure if there is no pipe */
export async function readPipe({ clients, stack }: Pick<OnStack, 'clients' | 'stack'>): Promise<PipeRuns> {
  const name = requireOutput(stack, 'PipeName');
  const pipe = await ifFound(clients.of(PipesClient).send(new DescribePipeCommand({ Name: name })));
  if (pipe === undefined) throw new CommandFailure(`the pipe ${name} does not exist: ${RECREATE_HINT}`);
  return { name, runs: pipe.DesiredState === 'RUNNING' };
}

/**
 * Stops or starts the pipe, by AWS's own calls: new rows wait meanwhile in the table's stream.
 * @throws UsageError on AWS, where it is `aws pipes stop-pipe`; CommandFailure if there is no pipe
 */
export async function setPipe(on: OnStack, runs: boolean): Promise<PipeRuns> {
  requireEngine(on.target);
  const { name } = await readPipe(on);
  const client = on.clients.of(PipesClient);
  if (runs) await client.send(new StartPipeCommand({ Name: name }));
  else await client.send(new StopPipeCommand({ Name: name }));
  return readPipe(on);
}
