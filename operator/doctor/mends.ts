import type { OnStack, TargetOptions } from '../command-run.ts';
import { awsCommand, pipelineCommand } from '../suggested-command.ts';

/** Commands that mend what is found, complete with where the pipeline is. */
export interface Mends {
  /** Of the AWS CLI, such as `pipes start-pipe --name x`. */
  aws(command: string): string;
  /** Of this CLI, such as `dlq list`. */
  pipeline(command: string): string;
  /** A deployment of what this checkout has, with these values of the stack's context. */
  deploy(context?: Readonly<Record<string, string>>): string;
}

const STAGE = /^user-bucket-pipeline-(.+)$/;

export function mendsFor({ target, stack }: Pick<OnStack, 'target' | 'stack'>, options: TargetOptions): Mends {
  const [, stage] = STAGE.exec(stack.name) ?? [];
  return {
    aws: (command) => awsCommand(command, target),
    pipeline: (command) => pipelineCommand(command, options),
    deploy: (context = {}) => {
      const values = Object.entries({ ...(stage !== undefined && { stage }), ...context });
      const told = values.map(([key, value]) => ` -c ${key}=${value}`).join('');
      return 'endpoint' in target
        ? `stop the engine, and start it with: npx pipeline dev${told}`
        : `npx cdk deploy${told}`;
    },
  };
}
