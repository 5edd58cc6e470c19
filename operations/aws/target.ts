import { UsageError } from '../messages/errors.ts';

/** Where a command finds the pipeline: an endpoint on this machine, or a stack that is deployed to AWS. */
export type Target = { readonly endpoint: string; readonly region: string } | { readonly stackName: string };

/** How a command is told where the pipeline is. */
export interface TargetOptions {
  readonly port?: number | undefined;
  readonly stack?: string | undefined;
}

export const DEFAULT_PORT = 4566;
export const DEFAULT_REGION = 'ap-northeast-1';

/** The variables that the AWS SDKs and the AWS CLI read as well. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a command goes: to what its options name, else to the stack that PIPELINE_STACK names, else to this machine.
 * An empty variable counts as one that is not set.
 * @throws UsageError for a stack without a name, and for an address that is none. That nothing answers there shows at the first
 * call
 */
export function chooseTarget({ stack, port }: TargetOptions, env: Environment): Target {
  if (stack === '') throw new UsageError('--stack is empty: name a stack, or leave it out for the local engine');
  const stackName = stack ?? (port === undefined ? env.PIPELINE_STACK : undefined);
  if (stackName) return { stackName };
  const fromEnvironment = port === undefined ? env.AWS_ENDPOINT_URL : undefined;
  if (fromEnvironment && !/^https?:$/.test(URL.parse(fromEnvironment)?.protocol ?? '')) {
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

/** A command of this CLI to type next, on the same pipeline: `npx pipeline dlq list --stack NAME`. */
export function pipelineCommand(command: string, { stack, port }: TargetOptions): string {
  const where = stack !== undefined ? ` --stack ${stack}` : port !== undefined ? ` --port ${port}` : '';
  return `npx pipeline ${command}${where}`;
}

/** A command of the AWS CLI to type next, on the same account or the local engine: `aws pipes start-pipe …`. */
export function awsCommand(command: string, target: Target): string {
  return `aws${'endpoint' in target ? ` --endpoint-url ${target.endpoint}` : ''} ${command}`;
}
