import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { AwsClients } from '../aws/aws-clients.ts';
import { explainAwsError, isStackNotFound } from '../aws/aws-failure.ts';
import { chooseTarget, type Target, type TargetOptions } from '../aws/target.ts';
import { CommandFailure } from '../messages/errors.ts';

/** The outputs of a stack, by their key. */
export type StackOutputs = Readonly<Record<string, string>>;

export interface FoundStack {
  readonly name: string;
  readonly outputs: StackOutputs;
  /** Unix epoch milliseconds. A local engine that keeps no data makes its stack anew when it is started again. */
  readonly createdAt?: number | undefined;
}

/** How stack names of this project begin; the stage follows. */
const STACK_PREFIX = 'user-bucket-pipeline-';

/**
 * Finds the pipeline's stack: by its name, or at a local endpoint the first with our prefix.
 * @throws CommandFailure if there is none
 */
export async function findStack(cloudformation: CloudFormationClient, target: Target): Promise<FoundStack> {
  if ('stackName' in target) return namedStack(cloudformation, target.stackName);
  const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({}));
  const stack = Stacks.find(({ StackName }) => StackName?.startsWith(STACK_PREFIX)) ?? Stacks[0];
  if (stack === undefined) {
    throw new CommandFailure(`the server at ${target.endpoint} has no stack; is it the local engine?`);
  }
  return describe(stack);
}

async function namedStack(cloudformation: CloudFormationClient, name: string): Promise<FoundStack> {
  try {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: name }));
    if (Stacks[0]) return describe(Stacks[0]);
  } catch (cause) {
    if (!isStackNotFound(cause)) throw cause;
  }
  throw new CommandFailure(
    `there is no stack ${name} in ${await cloudformation.config.region()}; check the name, the Region and the account, or deploy it with npm run deploy`,
  );
}

function describe(stack: Stack): FoundStack {
  return { name: stack.StackName ?? '', outputs: outputsOf(stack), createdAt: stack.CreationTime?.getTime() };
}

export function outputsOf({ Outputs = [] }: Stack): StackOutputs {
  return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

/** @throws CommandFailure if the stack has no such output */
export function requireOutput({ name, outputs }: FoundStack, key: string): string {
  const value = outputs[key];
  if (value) return value;
  throw new CommandFailure(
    `the stack ${name} has no output ${key}: it is not a user-bucket-pipeline, or an older version`,
  );
}

/** Which stack it is: two of the same name may be in other accounts and Regions. */
export interface StackIdentity {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
}

/** The ARN of its bus has the account and the Region. @throws CommandFailure if the stack is no pipeline */
export function identityOf(stack: FoundStack): StackIdentity {
  const [, , , region = '', account = ''] = requireOutput(stack, 'EventBusArn').split(':');
  return { stack: stack.name, account, region };
}

/** A pipeline to operate: its stack, and clients for it. */
export interface OnStack {
  readonly target: Target;
  readonly clients: AwsClients;
  readonly stack: FoundStack;
}

/**
 * Runs an operation on the pipeline's stack, local or on AWS, and closes the clients afterwards.
 * @throws CommandFailure if there is no such stack, and for a failed AWS call
 */
export async function onStack<T>(options: TargetOptions, run: (on: OnStack) => Promise<T>): Promise<T> {
  const target = chooseTarget(options, process.env);
  const clients = new AwsClients(target);
  try {
    const stack = await findStack(clients.of(CloudFormationClient), target);
    return await run({ target, clients, stack });
  } catch (error) {
    throw explainAwsError(error, target);
  } finally {
    clients.destroy();
  }
}

/** The same for an operation that gives its results as they come. */
export async function* streamOnStack<T>(
  options: TargetOptions,
  follow: (on: OnStack) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const target = chooseTarget(options, process.env);
  const clients = new AwsClients(target);
  try {
    const stack = await findStack(clients.of(CloudFormationClient), target);
    yield* follow({ target, clients, stack });
  } catch (error) {
    throw explainAwsError(error, target);
  } finally {
    clients.destroy();
  }
}

/** A resource of a deployed stack. */
export interface StackResource {
  /** Such as `UriRecorderLogs54E8004E`. */
  readonly logicalId: string;
  /** Its name, or another value that CloudFormation's Ref gives. */
  readonly physicalId: string;
  /** Such as `AWS::Logs::LogGroup`. */
  readonly type: string;
}

/** Every resource of a stack. */
export async function listResources(client: CloudFormationClient, StackName: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '' } of StackResourceSummaries) {
      found.push({ logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type: ResourceType });
    }
  }
  return found;
}

/**
 * Physical ids of one part of each construct, by the construct's id, such as `UriRecorder`.
 * @param part such as `Logs`; the CDK builds logical ids from the construct's id, the part, and a hash
 */
export function partsOf(resources: readonly StackResource[], type: string, part: string): Map<string, string> {
  return new Map(
    resources.flatMap((resource): [string, string][] => {
      const id = resource.type === type ? constructIdOf(resource.logicalId, part) : undefined;
      return id === undefined || resource.physicalId === '' ? [] : [[id, resource.physicalId]];
    }),
  );
}

/** The log groups of a stack's subscribers, by the subscriber's construct id, such as `UriRecorder`. */
export async function findLogGroups(cloudformation: CloudFormationClient, stackName: string) {
  return logGroupsAmong(await listResources(cloudformation, stackName));
}

/** The same, from resources that were read before. */
export function logGroupsAmong(resources: readonly StackResource[]): Map<string, string> {
  return partsOf(resources, 'AWS::Logs::LogGroup', 'Logs');
}

/** `UriRecorder` for `UriRecorderLogs54E8004E` and the part `Logs`; undefined for the logical id of another part. */
export function constructIdOf(logicalId: string, part: string): string | undefined {
  return new RegExp(`^(.+?)${part}[0-9A-F]{8}$`).exec(logicalId)?.[1];
}
