import { UsageError } from '../messages/errors.ts';

/** Where the pipeline is: at an endpoint on this machine, or a stack on AWS. */
export type Target = { readonly endpoint: string; readonly region: string } | { readonly stackName: string };

/** The options that choose the target. */
export interface TargetOptions {
  readonly port?: number | undefined;
  readonly stack?: string | undefined;
}

export const DEFAULT_PORT = 4566;
export const DEFAULT_REGION = 'ap-northeast-1';

/** The variables that the AWS SDKs and the AWS CLI read as well. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The target: what the options name, else the stack that PIPELINE_STACK names, else this machine. An empty variable counts as
 * not set.
 * @throws UsageError for an empty stack name, and for an invalid URL
 */
export function chooseTarget({ stack, port }: TargetOptions, env: Environment): Target {
  if (stack === '') throw new UsageError('--stack is empty: name a stack, or leave it out for the local engine');
  const stackName = stack ?? (port === undefined ? env.PIPELINE_STACK : undefined);
  if (stackName) return { stackName };
  const fromEnvironment = port === undefined ? env.AWS_ENDPOINT_URL : undefined;
  if (fromEnvironment && !/^https?:/.test(URL.parse(fromEnvironment)?.protocol ?? '')) {
    throw new UsageError(
      `AWS_ENDPOINT_URL must be a URL such as ${localEndpoint(DEFAULT_PORT)}; got ${fromEnvironment}`,
    );
  }
  return {
    endpoint: fromEnvironment || localEndpoint(port ?? DEFAULT_PORT),
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || DEFAULT_REGION,
  };
}

export function localEndpoint(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** A command of this CLI for the same pipeline, to suggest to the user: `npx pipeline dlq list --stack NAME`. */
export function pipelineCommand(command: string, { stack, port }: TargetOptions): string {
  const where = stack !== undefined ? ` --stack ${stack}` : port !== undefined ? ` --port ${port}` : '';
  return `npx pipeline ${command}${where}`;
}

/** A foreign text, such as a user id, as one word of a command for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@.+:/=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command of the AWS CLI for the same target, to suggest to the user: `aws pipes start-pipe …`. */
export function awsCommand(command: string, target: Target): string {
  return `aws${'endpoint' in target ? ` --endpoint-url ${target.endpoint}` : ''} ${command}`;
}
