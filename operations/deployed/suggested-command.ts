import type { Target } from '../aws/target.ts';
import type { TargetOptions } from './on-stack.ts';

/** A command of this CLI to type next, on the same pipeline: `npx pipeline dlq list --stack NAME`. */
export function pipelineCommand(command: string, { stack, port }: TargetOptions): string {
  const where = stack !== undefined ? ` --stack ${stack}` : port !== undefined ? ` --port ${port}` : '';
  return `npx pipeline ${command}${where}`;
}

/** A command of the AWS CLI to type next, on the same account or the local engine: `aws pipes start-pipe …`. */
export function awsCommand(command: string, target: Target): string {
  return `aws${'endpoint' in target ? ` --endpoint-url ${target.endpoint}` : ''} ${command}`;
}
