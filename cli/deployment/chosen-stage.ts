import { loadConfig, type PipelineConfig } from '../../cdk/config.ts';
import { ConfigError, findUnknownContext } from '../../cdk/context.ts';
import { PROJECT_FOLDER, readCdkJson } from '../../cdk/synthesize.ts';
import { CommandFailure, UsageError } from '../../operations/messages/errors.ts';

/** How a command is told which stage it is about, and what of its config is not in `cdk.json`. */
export interface StageOptions {
  /** @default - the one that `cdk.json` names */
  readonly stage?: string;
  /** Context values as the CDK CLI takes them: `tableArn=arn:…`. */
  readonly context?: readonly string[];
}

export interface ChosenStage {
  readonly config: PipelineConfig;
  readonly stackName: string;
  /** What tells the CDK CLI the same: `-c stage=prod …`. */
  readonly cdkOptions: readonly string[];
}

/**
 * Reads a stage's config as the CDK app does. Nothing is synthesized.
 * @throws UsageError for a context value that is none
 * @throws CommandFailure for a config that is refused, one line per problem
 */
export async function chooseStage({ stage, context = [] }: StageOptions): Promise<ChosenStage> {
  const given = new Map(context.map(readContextValue));
  const [unknown] = findUnknownContext(Object.fromEntries(given));
  if (unknown !== undefined) throw new UsageError(`-c: ${unknown}`);
  if (stage !== undefined && given.has('stage')) throw new UsageError('give --stage or -c stage=…, not both');
  if (stage !== undefined) given.set('stage', stage);
  const written = (await readCdkJson(PROJECT_FOLDER)).context;
  try {
    const config = loadConfig({ ...written, ...Object.fromEntries(given) });
    given.set('stage', config.stage);
    return {
      config,
      stackName: `user-bucket-pipeline-${config.stage}`,
      cdkOptions: [...given].flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    };
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandFailure(error.message, { cause: error });
    throw error;
  }
}

function readContextValue(text: string): [key: string, value: string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new UsageError(`-c takes NAME=VALUE; got ${text}`);
  return [key, value];
}
