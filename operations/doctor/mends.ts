import { RECREATE_HINT } from '../aws/not-found.ts';
import { awsCommand, pipelineCommand } from '../aws/target.ts';
import type { OnStack, TargetOptions } from '../deployed/stack.ts';

/** Commands that mend what is found, complete with where the pipeline is. */
export interface Mends {
  /** Of the AWS CLI, such as `pipes start-pipe --name x`. */
  aws(command: string): string;
  /** Of this CLI, such as `dlq list`. */
  pipeline(command: string): string;
  /** A deployment of what this checkout has, with these values of the stack's context. */
  deploy(context?: Readonly<Record<string, string>>): string;
  /** For a resource of the stack that was deleted by hand. */
  putBack(): string;
}

const STAGE = /^user-bucket-pipeline-(.+)$/;

export function mendsFor({ target, stack }: Pick<OnStack, 'target' | 'stack'>, options: TargetOptions): Mends {
  const [, stage] = STAGE.exec(stack.name) ?? [];
  const told = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([key, value]) => ` -c ${key}=${value}`)
      .join('');
  // With which options it was started, such as --data, only its terminal tells.
  const restart = 'stop the engine, and start it again with the options that it had';
  return {
    aws: (command) => awsCommand(command, target),
    pipeline: (command) => pipelineCommand(command, options),
    deploy: (context = {}) => {
      if ('endpoint' in target) return Object.keys(context).length > 0 ? `${restart}, and${told(context)}` : restart;
      return `npx cdk deploy${told({ ...(stage !== undefined && { stage }), ...context })}`;
    },
    putBack: () => ('endpoint' in target ? restart : RECREATE_HINT),
  };
}
