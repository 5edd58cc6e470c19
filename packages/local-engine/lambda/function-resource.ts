import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import {
  type Creation,
  checkChoice,
  checkRange,
  type ResourceType,
  wholeNumber,
} from '../cloudformation/template/resource-type.ts';
import { arnOf } from '../core/account.ts';
import type { Clock } from '../core/clock.ts';
import { roleNameIn } from '../iam/access.ts';
import type { Journal } from '../journal/journal.ts';
import { LOG_STREAM, type LogLines } from '../logs/index.ts';
import { checkFunctionRole, loggingLeave, type RoleServices } from './function-role.ts';
import { type FunctionProps, LambdaFunction } from './lambda.ts';

interface FunctionServices extends RoleServices {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly endpoint: string;
  readonly logs: LogLines;
  /** By function name. */
  readonly functions: Map<string, LambdaFunction>;
  /** Environment variables of every function, beside those of its template. */
  readonly functionVariables: Readonly<Record<string, string>>;
}

/** Defaults of a function. Source: Lambda API reference, CreateFunction. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

export const lambdaFunction: ResourceType<FunctionServices> = {
  type: 'AWS::Lambda::Function',
  nameProperty: 'FunctionName',
  shape: {
    FunctionName: 'used',
    Code: { S3Bucket: 'inert', S3Key: 'used' },
    Handler: 'used',
    Runtime: 'used',
    Role: 'used',
    Timeout: 'used',
    MemorySize: 'used',
    Environment: { Variables: 'used' },
    LoggingConfig: { LogFormat: 'used', LogGroup: 'used', ApplicationLogLevel: 'used', SystemLogLevel: 'inert' },
    Architectures: 'inert',
    Description: 'inert',
    TracingConfig: { Mode: 'used' },
    Tags: 'inert',
  },
  identify: ({ physicalName, account }) => ({
    ref: physicalName,
    attributes: { Arn: arnOf(account, 'lambda', `function:${physicalName}`) },
  }),
  check: checkFunction,
  assetKey: ({ Code }) => (Code as { S3Key: string }).S3Key,
  create: (creation) => {
    const fn = new LambdaFunction(functionProps(creation));
    creation.services.functions.set(creation.physicalName, fn);
    fn.warmUp();
  },
  // Not before: its role's policies may stand behind it in the template.
  start: checkFunctionRole,
  update: (creation) => {
    checkFunctionRole(creation);
    creation.services.functions.get(creation.physicalName)?.reconfigure(functionProps(creation));
  },
  remove: async ({ physicalName, services }) => {
    const fn = services.functions.get(physicalName);
    services.functions.delete(physicalName);
    await fn?.kill();
  },
};

/** Source: Lambda API reference, CreateFunction; Lambda quotas for the timeout. */
function checkFunction({ Timeout, MemorySize, LoggingConfig = {} }: Creation['properties']): void {
  const { LogFormat, ApplicationLogLevel } = LoggingConfig as LoggingConfig;
  checkRange('Timeout', Timeout, 1, 900);
  checkRange('MemorySize', MemorySize, 128, 32_768);
  checkChoice('LogFormat', LogFormat, ['JSON', 'Text']);
  checkChoice('ApplicationLogLevel', ApplicationLogLevel, ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']);
}

interface LoggingConfig {
  readonly LogGroup?: string;
  readonly LogFormat?: string;
  readonly ApplicationLogLevel?: string;
}

function functionProps({
  physicalName,
  identity,
  properties,
  services,
  assetFolder,
}: Creation<FunctionServices>): FunctionProps {
  if (assetFolder === undefined) {
    throw new Error(
      `its code ${(properties.Code as { S3Key: string }).S3Key} is not among the assets of the assembly.`,
    );
  }
  if (!String(properties.Runtime).startsWith('nodejs')) {
    throw new Error(`has the runtime ${properties.Runtime}; only Node.js functions can run here.`);
  }
  const { LogGroup: logGroup, ...logging } = (properties.LoggingConfig ?? {}) as LoggingConfig;
  const memoryMb = wholeNumber(properties.MemorySize, DEFAULT_MEMORY_MB);
  const { Variables: declared } = (properties.Environment ?? {}) as { Variables?: Record<string, string> };
  const [moduleName = 'index', exportName = 'handler'] = String(properties.Handler).split('.');
  const start = {
    file: moduleFile(assetFolder, moduleName),
    exportName,
    functionName: physicalName,
    functionArn: identity.attributes.Arn ?? '',
    memoryMb,
    logGroup: logGroup ?? `/aws/lambda/${physicalName}`,
  };
  const { clock, journal, logs, functionVariables } = services;
  const roleArn = String(properties.Role);
  const variables = {
    ...runtimeVariables(services, start, assetFolder, roleNameIn(roleArn)),
    ...functionVariables,
    ...loggingVariables(logging),
    ...declared,
  };
  const timeoutMs = wholeNumber(properties.Timeout, DEFAULT_TIMEOUT_SECONDS) * 1000;
  const leave = loggingLeave(services, { ...start, roleArn });
  const log = (line: string) => {
    const isKept = leave.isGranted();
    if (isKept) logs.write(start.logGroup, line);
    return isKept;
  };
  logs.createGroup(start.logGroup);
  return { ...start, roleArn, variables, timeoutMs, clock, journal, log };
}

/** How a function learns of its log's settings. Source: Lambda developer guide, advanced logging controls. */
function loggingVariables({ LogFormat, ApplicationLogLevel }: LoggingConfig): Record<string, string> {
  return {
    AWS_LAMBDA_LOG_FORMAT: LogFormat === 'JSON' ? 'JSON' : 'Text',
    ...(ApplicationLogLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: ApplicationLogLevel }),
  };
}

/**
 * The variables that the Lambda runtime sets, and what sends the function's clients to the gateway: nothing of the host's
 * own environment or AWS configuration reaches a function. Source: Lambda developer guide, environment variables.
 */
function runtimeVariables(
  { account, endpoint }: FunctionServices,
  { functionName, memoryMb, logGroup }: { functionName: string; memoryMb: number; logGroup: string },
  folder: string,
  roleName: string,
): Record<string, string> {
  return {
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: folder,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    // The access key names the role, whose policies its calls are judged by.
    AWS_ACCESS_KEY_ID: roleName,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: endpoint,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Source: Lambda developer guide, Node.js handlers: an .mjs file is found before a .js file. */
function moduleFile(folder: string, moduleName: string): string {
  const file = ['.mjs', '.js', '.cjs'].map((ending) => join(folder, moduleName + ending)).find(existsSync);
  if (file === undefined) throw new Error(`its handler's module ${moduleName} is not in the asset.`);
  return file;
}
