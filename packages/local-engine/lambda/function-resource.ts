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
import { type Account, arnOf } from '../core/account.ts';
import type { Clock } from '../core/clock.ts';
import { type Access, type Caller, roleNameIn } from '../iam/access.ts';
import type { Roles } from '../iam/roles.ts';
import type { Journal } from '../journal/journal.ts';
import { LOG_STREAM, type LogLines, logWriting } from '../logs/index.ts';
import type { StartEnvironment } from './execution-environment.ts';
import { type FunctionProps, LambdaFunction } from './lambda-function.ts';

interface FunctionServices {
  readonly account: Account;
  readonly roles: Roles;
  readonly access: Access;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly endpoint: string;
  readonly logs: LogLines;
  /** By function name. */
  readonly functions: Map<string, LambdaFunction>;
  /** Environment variables that every function gets in addition to the template's. */
  readonly functionVariables: Readonly<Record<string, string>>;
  /** Execution environments that one function has at the same time. */
  readonly environmentsPerFunction: number;
  readonly startEnvironment: StartEnvironment;
}

type FunctionCreation = Creation<FunctionServices>;

/** Defaults of a function. Source: Lambda API reference, CreateFunction. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

export const lambdaFunction: ResourceType<FunctionServices> = {
  type: 'AWS::Lambda::Function',
  nameProperty: 'FunctionName',
  required: ['Code'],
  shape: {
    FunctionName: 'used',
    Code: { S3Bucket: 'inert', S3Key: 'used' },
    Handler: 'used',
    Runtime: 'used',
    Role: 'used',
    Timeout: 'used',
    MemorySize: 'used',
    Environment: { Variables: 'json' },
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
  // Only when all resources exist: its role's policies may come later in the template.
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

/** What a function needs to be traced. Whether AWS checks the second at creation too is not confirmed. */
const TRACING = ['PutTraceSegments', 'PutTelemetryRecords'];

/**
 * Tries a function's role as CreateFunction does. Which condition keys Lambda sends when it assumes a role is not confirmed;
 * here it sends none.
 * @throws Error in the words of Lambda, with what is missing
 */
function checkFunctionRole(creation: FunctionCreation): void {
  const { roles, access } = creation.services;
  const caller = callerOf(creation);
  if (!roles.find(caller.roleArn)?.canBeAssumedBy('lambda.amazonaws.com', {})) {
    throw new Error(
      `The role defined for the function cannot be assumed by Lambda. (${caller.roleArn} does not exist, or its trust policy does not allow it.)`,
    );
  }
  const { Mode } = (creation.properties.TracingConfig ?? {}) as { Mode?: string };
  if (Mode !== 'Active') return;
  for (const name of TRACING) {
    const denial = access.findDenial(caller, [{ action: `xray:${name}`, resource: '*' }]);
    if (denial) throw new Error(missingPermission(name, 'XRAY', denial.message));
  }
}

function callerOf({ properties, physicalName }: FunctionCreation): Caller {
  return { roleArn: String(properties.Role), session: () => physicalName };
}

/** In the words of Lambda. */
export function missingPermission(operation: string, service: string, reason: string): string {
  return `The provided execution role does not have permissions to call ${operation} on ${service}. (${reason})`;
}

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

function functionProps(creation: FunctionCreation): FunctionProps {
  const { physicalName, identity, properties, services, assetFolder } = creation;
  if (assetFolder === undefined) {
    throw new Error(
      `its code ${(properties.Code as { S3Key: string }).S3Key} is not among the assets of the assembly.`,
    );
  }
  if (!String(properties.Runtime).startsWith('nodejs')) {
    throw new Error(`has the runtime ${properties.Runtime}; the local engine runs only Node.js functions.`);
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
  const { account, access, clock, journal, logs, functionVariables, startEnvironment } = services;
  const roleArn = String(properties.Role);
  const variables = {
    ...runtimeVariables(services, start, assetFolder, roleNameIn(roleArn)),
    ...functionVariables,
    ...loggingVariables(logging),
    ...declared,
  };
  const timeoutMs = wholeNumber(properties.Timeout, DEFAULT_TIMEOUT_SECONDS) * 1000;
  // Without permission, as on AWS, the function runs and what it logs is lost.
  // Source: Lambda developer guide, sending function logs to CloudWatch Logs.
  const mayLog = access.permission(() => callerOf(creation), logWriting(account, start.logGroup));
  const log = (line: string) => {
    const isAllowed = mayLog.isGranted();
    if (isAllowed) logs.write(start.logGroup, line);
    return isAllowed;
  };
  logs.createGroup(start.logGroup);
  const mostEnvironments = services.environmentsPerFunction;
  return { ...start, roleArn, variables, timeoutMs, mostEnvironments, startEnvironment, clock, journal, log };
}

/** The settings of a function's log. Source: Lambda developer guide, advanced logging controls. */
function loggingVariables({ LogFormat, ApplicationLogLevel }: LoggingConfig): Record<string, string> {
  return {
    AWS_LAMBDA_LOG_FORMAT: LogFormat === 'JSON' ? 'JSON' : 'Text',
    ...(ApplicationLogLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: ApplicationLogLevel }),
  };
}

/**
 * The variables that the Lambda runtime sets, and those that send the function's clients to the gateway. A function sees
 * nothing of the host's environment or AWS configuration. Source: Lambda developer guide, environment variables.
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
    // The access key names the role that its calls are authorized by.
    AWS_ACCESS_KEY_ID: roleName,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: endpoint,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Source: Lambda developer guide, Node.js handlers: an .mjs file comes before a .js file. */
function moduleFile(folder: string, moduleName: string): string {
  const file = ['.mjs', '.js', '.cjs'].map((ending) => join(folder, moduleName + ending)).find(existsSync);
  if (file === undefined) throw new Error(`its handler's module ${moduleName} is not in the asset.`);
  return file;
}
