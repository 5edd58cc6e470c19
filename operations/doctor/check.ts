import { deniedAction, explainAwsError, isDenied, RECREATE_HINT } from '../aws/aws-failure.ts';
import type { TargetOptions } from '../aws/target.ts';
import { awsCommand, pipelineCommand, type Target } from '../aws/target.ts';
import type { OnStack } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Deployed } from './deployed.ts';
import { type Repair, repairCommand } from './repair.ts';

export type HealthStatus = 'ok' | 'warning' | 'problem';

/** What a check found out about one thing. */
export interface HealthFinding {
  /** Name of the check. */
  readonly check: string;
  readonly status: HealthStatus;
  /** What was checked, such as the name of a subscriber. */
  readonly subject: string;
  readonly detail: string;
  /** How to fix it: a command, if there is one. */
  readonly fix?: string;
  /** The call that `fix` makes, if it is one call and nothing else. */
  readonly repair?: Repair;
}

/** Checks one part of a pipeline, or all of one kind. */
export interface Check {
  readonly name: string;
  run(props: CheckProps): Promise<readonly HealthFinding[]>;
}

export interface CheckProps {
  readonly deployed: Deployed;
  readonly fixes: FixCommands;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Complete commands that fix what is found, for the stack or engine that was checked. */
export interface FixCommands {
  /** Of the AWS CLI, such as `pipes start-pipe --name x`. */
  aws(command: string): string;
  /** Of `npx pipeline`, such as `dlq list`. */
  pipeline(command: string): string;
  /** A deployment of this checkout, with these context values. */
  deploy(context?: Readonly<Record<string, string>>): string;
  /** For a resource of the stack that was deleted by hand. */
  recreate(): string;
}

/** Makes the findings of a check about one subject. */
export function findingsAbout(check: string, subject: string) {
  const finding = (status: HealthStatus, detail: string, fix?: string): HealthFinding => {
    return { check, status, subject, detail, ...(fix !== undefined && { fix }) };
  };
  return {
    ok: (detail: string) => finding('ok', detail),
    warning: (detail: string, fix?: string) => finding('warning', detail, fix),
    problem: (detail: string, fix: string) => finding('problem', detail, fix),
    /** A problem that one call fixes. */
    repairable: (detail: string, repair: Repair, fixes: FixCommands): HealthFinding => ({
      ...finding('problem', detail, fixes.aws(repairCommand(repair))),
      repair,
    }),
  };
}

/**
 * Runs checks at the same time. A check that cannot be made, for example without a permission, is a warning.
 * @returns their findings, in the order of the checks
 * @throws every error that is not a failed AWS call
 */
export async function runChecks(checks: readonly Check[], props: CheckProps, target: Target): Promise<HealthFinding[]> {
  const findings = await Promise.all(
    checks.map(({ name, run }) => run(props).catch((error: unknown) => [failedCheck(name, error, target)])),
  );
  return findings.flat();
}

function failedCheck(check: string, error: unknown, target: Target): HealthFinding {
  const explained = explainAwsError(error, target);
  if (!(explained instanceof CommandFailure)) throw explained;
  const { warning } = findingsAbout(check, 'this check');
  if (!isDenied(error)) return warning(`it could not be made: ${explained.message}`);
  return warning(
    `it could not be made: ${error.name}: ${error.message.replaceAll(/\s+/g, ' ')}`,
    `allow ${deniedAction(error) ?? 'this action'} for your credentials, or use others, for example with AWS_PROFILE`,
  );
}

/** @param options those that chose the target: the commands repeat them */
export function fixCommands({ target, stack }: Pick<OnStack, 'target' | 'stack'>, options: TargetOptions): FixCommands {
  const stage = /^user-bucket-pipeline-(.+)/.exec(stack.name)?.[1];
  const contextOptions = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([key, value]) => ` -c ${key}=${value}`)
      .join('');
  // The engine does not know the options of the command that started it, such as --data.
  const restart = 'stop the engine, and start it again with the same options';
  return {
    aws: (command) => awsCommand(command, target),
    pipeline: (command) => pipelineCommand(command, options),
    deploy: (context = {}) => {
      if ('endpoint' in target) {
        return Object.keys(context).length > 0 ? `${restart}, and${contextOptions(context)}` : restart;
      }
      return `npx cdk deploy${contextOptions({ ...(stage !== undefined && { stage }), ...context })}`;
    },
    recreate: () => ('endpoint' in target ? restart : RECREATE_HINT),
  };
}
