import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { loadConfig, type PipelineConfig } from '../../cdk/config.ts';
import { ConfigError, findUnknownContext } from '../../cdk/context.ts';
import { PROJECT_FOLDER, readCdkJson, SynthesisError } from '../../cdk/synthesize.ts';
import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { explainAwsError } from '../../operations/aws/aws-failure.ts';
import { CommandFailure, UsageError } from '../../operations/messages/errors.ts';
import type { StageOptions } from './stage-options.ts';

export interface ChosenStage {
  readonly config: PipelineConfig;
  readonly stackName: string;
  /** The same choice for the CDK CLI: `-c stage=prod …`. */
  readonly cdkOptions: readonly string[];
}

/** What a command on a stage works with. */
export interface StageEffects {
  readonly clients: AwsClients;
  /**
   * Runs the CDK CLI, and shows its output.
   * @param args such as `['deploy', 'user-bucket-pipeline-dev']`
   * @throws CommandFailure if it fails
   */
  runCdk(args: readonly string[]): Promise<void>;
}

/**
 * Runs a command on the stage that the options choose, on AWS.
 * @throws UsageError if AWS_ENDPOINT_URL would send the SDK elsewhere
 * @throws CommandFailure for a refused config, and for what AWS refuses, with what to do
 */
export async function onStage(
  options: StageOptions,
  act: (stage: ChosenStage, effects: StageEffects) => Promise<void>,
): Promise<void> {
  refuseLocalEndpoint(process.env);
  const stage = await chooseStage(options);
  const target = { stackName: stage.stackName };
  const clients = new AwsClients(target);
  try {
    await act(stage, { clients, runCdk });
  } catch (error) {
    throw explainAwsError(error, target);
  } finally {
    clients.destroy();
  }
}

/** The CDK CLI deploys to AWS alone. @throws UsageError if AWS_ENDPOINT_URL would send the SDK elsewhere */
export function refuseLocalEndpoint({ AWS_ENDPOINT_URL }: Readonly<Record<string, string | undefined>>): void {
  if (!AWS_ENDPOINT_URL) return;
  throw new UsageError(
    `AWS_ENDPOINT_URL is ${AWS_ENDPOINT_URL}, but this command works on AWS: unset it; to run the pipeline here, use npm start`,
  );
}

/**
 * Reads a stage's config as the CDK app does, without synthesis.
 * @throws UsageError for an invalid context value
 * @throws CommandFailure for a refused config, with one line per problem
 */
export async function chooseStage({ stage, context = [] }: StageOptions): Promise<ChosenStage> {
  const given = new Map(context.map(readContextValue));
  const [unknown] = findUnknownContext(Object.fromEntries(given));
  if (unknown !== undefined) throw new UsageError(`-c: ${unknown}`);
  if (stage !== undefined && given.has('stage')) throw new UsageError('use --stage or -c stage=…, not both');
  if (stage !== undefined) given.set('stage', stage);
  try {
    const written = readCdkJson(PROJECT_FOLDER).context;
    const config = loadConfig({ ...written, ...Object.fromEntries(given) });
    given.set('stage', config.stage);
    return {
      config,
      stackName: `user-bucket-pipeline-${config.stage}`,
      cdkOptions: [...given].flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    };
  } catch (error) {
    if (error instanceof ConfigError || error instanceof SynthesisError) {
      throw new CommandFailure(error.message, { cause: error });
    }
    throw error;
  }
}

function readContextValue(text: string): [key: string, value: string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new UsageError(`-c takes NAME=VALUE; got ${text}`);
  return [key, value];
}

/** Runs the CDK CLI of package.json, with the Node.js that runs this, in the project's folder. */
function runCdk(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const cli = join(PROJECT_FOLDER, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const child = spawn(process.execPath, [cli, ...args], { cwd: PROJECT_FOLDER, stdio: 'inherit' });
    // A terminal sends Ctrl-C to both; the CDK CLI decides how to end.
    const leaveToChild = () => {};
    const passOn = () => void child.kill('SIGTERM');
    process.on('SIGINT', leaveToChild);
    process.on('SIGTERM', passOn);
    child.once('error', (cause) =>
      reject(new CommandFailure(`the CDK CLI cannot be started: ${cause.message}; try: npm ci`, { cause })),
    );
    child.once('close', (code, signal) => {
      process.off('SIGINT', leaveToChild);
      process.off('SIGTERM', passOn);
      if (code === 0) return resolve();
      reject(new CommandFailure(`cdk ${args[0]} ended with ${signal ?? `exit code ${code}`}; see its output above`));
    });
  });
}
