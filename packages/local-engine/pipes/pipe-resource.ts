import { type Creation, type ResourceType, wholeNumber } from '../cloudformation/template/resource-type.ts';
import { arnOf } from '../core/account.ts';
import type { DynamoDbStream } from '../dynamodb/index.ts';
import { compileEventPattern, type EventMatcher } from '../event-pattern/index.ts';
import { logGroupName } from '../logs/index.ts';
import type { Storage } from '../storage/storage.ts';
import { compileInputTemplate } from './input-template.ts';
import { parsePath } from './json-path.ts';
import { Pipe } from './pipe.ts';
import type { PipeProps } from './pipe-definition.ts';
import type { PipeTarget } from './pipe-delivery.ts';
import { checkPipeLimits } from './pipe-limits.ts';
import { PipeLog, type PipeLogServices } from './pipe-log.ts';
import { PipeRole, type PipeRoleServices } from './pipe-role.ts';

interface PipeServices extends PipeRoleServices, PipeLogServices {
  readonly storage: Storage;
  /** By stream ARN. */
  readonly streams: ReadonlyMap<string, DynamoDbStream>;
  /** By pipe name. */
  readonly pipes: Map<string, Pipe>;
}

type Properties = Creation['properties'];
type PipeCreation = Creation<PipeServices>;

interface SourceParameters {
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern: string }[] };
  readonly DynamoDBStreamParameters: {
    readonly StartingPosition: 'TRIM_HORIZON' | 'LATEST';
    readonly BatchSize?: number;
    readonly ParallelizationFactor?: number;
    readonly MaximumRetryAttempts?: number;
    readonly MaximumRecordAgeInSeconds?: number;
    readonly OnPartialBatchItemFailure?: string;
    readonly DeadLetterConfig?: { readonly Arn: string };
  };
}

interface LogConfiguration {
  readonly Level?: string;
  readonly CloudwatchLogsLogDestination?: { readonly LogGroupArn: string };
}

interface TargetParameters {
  readonly InputTemplate?: string;
  readonly EventBridgeEventBusParameters?: {
    readonly Source?: string;
    readonly DetailType?: string;
    readonly Resources?: readonly string[];
    readonly Time?: string;
  };
}

/** AWS's default for a stream is larger than what an event bus takes. */
const DEFAULT_BATCH_SIZE = 10;

export const pipesPipe: ResourceType<PipeServices> = {
  type: 'AWS::Pipes::Pipe',
  nameProperty: 'Name',
  shape: {
    Name: 'used',
    Source: 'used',
    SourceParameters: {
      FilterCriteria: { Filters: [{ Pattern: 'json' }] },
      DynamoDBStreamParameters: {
        StartingPosition: 'used',
        BatchSize: 'used',
        ParallelizationFactor: 'used',
        MaximumRetryAttempts: 'used',
        MaximumRecordAgeInSeconds: 'used',
        OnPartialBatchItemFailure: 'used',
        DeadLetterConfig: { Arn: 'used' },
      },
    },
    Target: 'used',
    TargetParameters: {
      InputTemplate: 'used',
      EventBridgeEventBusParameters: { Source: 'used', DetailType: 'used', Resources: ['used'], Time: 'used' },
    },
    DesiredState: 'used',
    RoleArn: 'used',
    LogConfiguration: { Level: 'used', CloudwatchLogsLogDestination: { LogGroupArn: 'used' } },
    Description: 'inert',
    Tags: 'inert',
  },
  identify: ({ physicalName, account }) => ({
    ref: physicalName,
    attributes: { Arn: arnOf(account, 'pipes', `pipe/${physicalName}`) },
  }),
  check: (properties, account) => {
    checkPipeLimits(properties, account);
    filtersOf(properties);
    targetOf(properties);
  },
  create: (creation) => {
    creation.services.pipes.set(creation.physicalName, pipeOf(creation, roleOf(creation)));
  },
  start: (creation) => {
    roleOf(creation).check();
    creation.services.pipes.get(creation.physicalName)?.start();
  },
  /** CloudFormation gives a pipe whose source changes another name; here it keeps its name. */
  update: (creation) => {
    const { pipes } = creation.services;
    const role = roleOf(creation);
    role.check();
    const pipe = pipeOf(creation, role);
    pipes.get(creation.physicalName)?.handOver();
    pipes.set(creation.physicalName, pipe);
    pipe.start();
  },
  remove: ({ physicalName, services }) => {
    services.pipes.get(physicalName)?.stop();
    services.pipes.delete(physicalName);
  },
};

/** A pipe that does not run yet. It continues where an earlier one of the same stream stopped. */
function pipeOf(creation: PipeCreation, role: PipeRole): Pipe {
  const { physicalName, properties, services } = creation;
  const stream = services.streams.get(String(properties.Source));
  if (stream === undefined) {
    throw new Error(
      `has the source ${properties.Source}; only the stream of a table in the local engine can be a source. If that table ` +
        'is on AWS, run a stage without tableArn and tableStreamArn: its stack creates a table here.',
    );
  }
  const source = streamParametersOf(properties);
  const log = logOf(creation);
  const settings = {
    name: physicalName,
    arn: arnIn(creation),
    definition: definitionOf(properties),
    desiredState: properties.DesiredState === 'STOPPED' ? 'STOPPED' : 'RUNNING',
    stream,
    role,
    startingPosition: source.StartingPosition,
    batchSize: wholeNumber(source.BatchSize, DEFAULT_BATCH_SIZE),
    parallelizationFactor: wholeNumber(source.ParallelizationFactor, 1),
    filters: filtersOf(properties),
    maximumRetryAttempts: wholeNumber(source.MaximumRetryAttempts, -1),
    maximumRecordAgeSeconds: wholeNumber(source.MaximumRecordAgeInSeconds, -1),
    bisects: source.OnPartialBatchItemFailure === 'AUTOMATIC_BISECT',
    target: targetOf(properties),
    ...(log && { log }),
    ...(source.DeadLetterConfig && { dlqArn: source.DeadLetterConfig.Arn }),
  } as const;
  const { clock, journal, faults, storage } = services;
  return new Pipe({ ...settings, clock, journal, faults, storage });
}

function roleOf(creation: PipeCreation): PipeRole {
  const { physicalName: pipeName, properties, services } = creation;
  const { RoleArn, Source } = properties;
  if (RoleArn === undefined) throw new Error('has no RoleArn; a pipe needs a role.');
  const dlqArn = streamParametersOf(properties).DeadLetterConfig?.Arn;
  const arns = { pipeArn: arnIn(creation), roleArn: String(RoleArn), streamArn: String(Source) };
  return new PipeRole({ pipeName, ...arns, ...(dlqArn !== undefined && { dlqArn }) }, services);
}

/** Undefined for a pipe that logs nothing. @throws Error for a level that the engine does not know */
function logOf(creation: PipeCreation): PipeLog | undefined {
  const { physicalName: pipeName, properties, services } = creation;
  const { LogConfiguration = {} } = properties as { LogConfiguration?: LogConfiguration };
  const { Level = 'OFF', CloudwatchLogsLogDestination: group } = LogConfiguration;
  if (Level !== 'OFF' && Level !== 'ERROR') {
    throw new Error(`logs at the level ${Level}; the local engine knows OFF and ERROR.`);
  }
  if (Level === 'OFF' || group === undefined) return undefined;
  const logGroup = logGroupName(group.LogGroupArn);
  return new PipeLog({ pipeName, pipeArn: arnIn(creation), targetArn: String(properties.Target), logGroup }, services);
}

function definitionOf(properties: Properties): PipeProps['definition'] {
  const {
    Source,
    SourceParameters,
    Target,
    TargetParameters = {},
    RoleArn,
    Description,
    LogConfiguration,
  } = properties;
  return {
    ...{ Source: String(Source), SourceParameters, Target: String(Target), TargetParameters },
    ...(RoleArn !== undefined && { RoleArn }),
    ...(Description !== undefined && { Description }),
    ...(LogConfiguration !== undefined && { LogConfiguration }),
  };
}

/** @throws InvalidEventPatternError */
function filtersOf({ SourceParameters }: Properties): EventMatcher[] {
  const { FilterCriteria } = SourceParameters as SourceParameters;
  return (FilterCriteria?.Filters ?? []).map(({ Pattern }) => compileEventPattern(Pattern, { dialect: 'pipes' }));
}

function targetOf({ Target, TargetParameters }: Properties): PipeTarget {
  const busArn = String(Target);
  const { InputTemplate, EventBridgeEventBusParameters } = (TargetParameters ?? {}) as TargetParameters;
  if (!busArn.includes(':event-bus/')) {
    throw new Error(`has the target ${busArn}; in the local engine only an event bus can be a pipe's target.`);
  }
  const { Source, DetailType, Resources, Time } = EventBridgeEventBusParameters ?? {};
  // A mistake in a path shows here, and not at the first record.
  for (const value of [Source, DetailType, ...(Resources ?? [])]) if (value?.startsWith('$.')) parsePath(value);
  if (Time !== undefined) parsePath(Time);
  return {
    busArn,
    ...(Source !== undefined && { source: Source }),
    ...(DetailType !== undefined && { detailType: DetailType }),
    ...(Resources !== undefined && { resources: Resources }),
    ...(Time !== undefined && { time: Time }),
    render: compileInputTemplate(String(InputTemplate ?? '')),
  };
}

function streamParametersOf({ SourceParameters }: Properties): SourceParameters['DynamoDBStreamParameters'] {
  return (SourceParameters as SourceParameters).DynamoDBStreamParameters;
}

function arnIn({ identity }: PipeCreation): string {
  return identity.attributes.Arn ?? '';
}
