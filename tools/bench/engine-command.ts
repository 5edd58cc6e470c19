import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PROJECT_FOLDER } from '../../cdk/synthesize.ts';
import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { DEFAULT_REGION } from '../../operations/aws/target.ts';
import { treeCpu } from './process-cpu.ts';

const COMMAND = join(PROJECT_FOLDER, 'packages', 'local-engine', 'command', 'local-engine.mjs');

/** What one start took, in milliseconds, from the start of the process until the engine says that it is ready. */
export interface Start {
  readonly ms: number;
  /** CPU time of the engine's process; undefined where the system does not say. */
  readonly cpuMs?: number;
}

/**
 * Starts the engine as its command does, and stops it again.
 * @param args an assembly, and options such as `--data FOLDER`
 * @throws Error unless the stack runs at the endpoint that the command names
 */
export async function startAndStop(...args: readonly string[]): Promise<Start> {
  const begun = performance.now();
  const engine = spawn(process.execPath, [COMMAND, ...args, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(engine, 'exit');
  const [said] = await Promise.race([
    once(engine.stdout, 'data'),
    ended.then(() => Promise.reject(new Error('The engine has ended before it was ready.'))),
  ]);
  const ms = performance.now() - begun;
  const cpu = treeCpu(engine.pid ?? 0)?.own;
  await checkRuns(/ on (\S+),/.exec(String(said))?.[1]);
  engine.kill();
  await ended;
  return { ms, ...(cpu !== undefined && { cpuMs: cpu * 1000 }) };
}

async function checkRuns(endpoint = 'nowhere'): Promise<void> {
  const clients = new AwsClients({ endpoint, region: DEFAULT_REGION });
  const { Stacks = [] } = await clients.of(CloudFormationClient).send(new DescribeStacksCommand({}));
  clients.destroy();
  if (Stacks.length !== 1) throw new Error(`${Stacks.length} stacks run at ${endpoint}.`);
}
