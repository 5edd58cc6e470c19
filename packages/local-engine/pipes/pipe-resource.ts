import { type Creation, type ResourceType, wholeNumber } from '../cloudformation/template/resource-type.ts';
import { arnOf } from '../core/account.ts';
import type { DynamoDbStream } from '../dynamodb/index.ts';
import type { EventBridge } from '../eventbridge/event-bridge.ts';
import { compileEventPattern, type EventMatcher } from '../eventbridge/event-pattern/event-pattern.ts';
import { putEventsAction } from '../eventbridge/required-actions.ts';
import type { Faults } from '../journal/faults.ts';
import type { Storage } from '../storage/storage.ts';
import { compileInputTemplate } from './input-template/input-template.ts';
import { parsePath } from './json-path.ts';
import { Pipe } from './pipe.ts';
import type { PipeDefinition } from './pipe-definition.ts';
import { checkPipeLimits } from './pipe-limits.ts';
import { LOG_CONFIGURATION, type PipeLogServices, pipeLog } from './pipe-log-configuration.ts';
import type { PipeTarget } from './pipe-messages.ts';
import { checkPipeRole, type PipeRole, type PipeRoleServices, readingLeave, sendingTo } from './pipe-role.ts';

interface PipeServices extends PipeRoleServices, PipeLogServices {
  readonly faults: Faults;
  readonly storage: Storage;
  readonly events: EventBridge;
  /** By stream ARN. */
  readonly streams: Map<string, DynamoDbStream>;
  /** By pipe name. */
  readonly pipes: Map<string, Pipe>;
}

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

interface TargetParameters {
  readonly InputTemplate?: string;
  readonly EventBridgeEventBusParameters?: {
    readonly Source?: string;
    readonly DetailType?: string;
    readonly Resources?: readonly string[];
    readonly Time?: string;
  };
}

/** Of a pipe that names none: AWS's default for a stream is larger than what an event bus takes. */
const DEFAULT_BATCH_SIZE = 10;

export const pipesPipe: ResourceType<PipeServices> = {
  type: 'AWS::Pipes::Pipe',
  nameProperty: 'Name',
  shape: {
    Name: 'used',
    Source: 'used',
    SourceParameters: {
      FilterCriteria: { Filters: [{ Pattern: 'used' }] },
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
      EventBridgeEventBusParameters: { Source: 'used', DetailType: 'used', Resources: 'used', Time: 'used' },
    },
    DesiredState: 'used',
    RoleArn: 'used',
    LogConfiguration: LOG_CONFIGURATION,
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
    creation.services.pipes.set(creation.physicalName, pipeOf(creation));
  },
  start: (creation) => {
    checkPipeRole(creation, roleOf(creation));
    creation.services.pipes.get(creation.physicalName)?.start();
  },
  /** CloudFormation replaces a pipe whose source changes, under another name; here it keeps its name. */
  update: (creation) => {
    const { physicalName, services } = creation;
    checkPipeRole(creation, roleOf(creation));
    const pipe = pipeOf(creation);
    services.pipes.get(physicalName)?.handOver();
    services.pipes.set(physicalName, pipe);
    pipe.start();
  },
  remove: ({ physicalName, services }) => {
    services.pipes.get(physicalName)?.stop();
    services.pipes.delete(physicalName);
  },
};

/** A pipe that does not work yet. It goes on where one of the same stream was. */
function pipeOf(creation: Creation<PipeServices>): Pipe {
  const { physicalName, identity, properties, services } = creation;
  const { streams, queues, events, access, clock, journal, faults, storage } = services;
  const stream = streams.get(String(properties.Source));
  if (stream === undefined) {
    throw new Error(
      `has the source ${properties.Source}; only the stream of a table that is here can be one. If that table is on AWS, ` +
        'run a stage without tableArn and tableStreamArn: its stack makes a table here.',
    );
  }
  const { DynamoDBStreamParameters: source } = properties.SourceParameters as SourceParameters;
  const role = roleOf(creation);
  const log = pipeLog(creation);
  return new Pipe({
    name: physicalName,
    arn: identity.attributes.Arn ?? '',
    definition: definitionOf(properties),
    desiredState: properties.DesiredState === 'STOPPED' ? 'STOPPED' : 'RUNNING',
    stream,
    leave: readingLeave(services, role),
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
    putEvents: (entries, taken) =>
      faults.around('events:PutEvents', () => {
        const required = entries.map((entry) => putEventsAction(entry, services));
        access.authorize(role.caller, required);
        const result = events.putEvents(entries);
        taken(result);
        return result;
      }),
    sendToDlq: async (queueArn, body, taken) => {
      access.authorize(role.caller, sendingTo(queueArn));
      await queues.send(queueArn, body, {}, { taken });
    },
    clock,
    journal,
    faults,
    storage,
  });
}

function roleOf({ physicalName, properties }: Creation<PipeServices>): PipeRole {
  const { RoleArn, Source, SourceParameters } = properties;
  if (RoleArn === undefined) throw new Error('has no RoleArn: it works with a role.');
  const { DynamoDBStreamParameters } = SourceParameters as SourceParameters;
  const dlqArn = DynamoDBStreamParameters.DeadLetterConfig?.Arn;
  const caller = { roleArn: String(RoleArn), session: () => physicalName };
  return { caller, streamArn: String(Source), ...(dlqArn !== undefined && { dlqArn }) };
}

function definitionOf(properties: Readonly<Record<string, unknown>>): PipeDefinition {
  const { Source, SourceParameters, Target, TargetParameters, RoleArn, Description, LogConfiguration } = properties;
  return {
    Source: String(Source),
    SourceParameters: SourceParameters as object,
    Target: String(Target),
    TargetParameters: (TargetParameters ?? {}) as object,
    ...(RoleArn !== undefined && { RoleArn: String(RoleArn) }),
    ...(Description !== undefined && { Description: String(Description) }),
    ...(LogConfiguration !== undefined && { LogConfiguration: LogConfiguration as object }),
  };
}

/** @throws InvalidEventPatternError */
function filtersOf({ SourceParameters }: Creation['properties']): EventMatcher[] {
  const { FilterCriteria } = SourceParameters as SourceParameters;
  return (FilterCriteria?.Filters ?? []).map(({ Pattern }) => compileEventPattern(Pattern, { dialect: 'pipes' }));
}

function targetOf({ Target, TargetParameters }: Creation['properties']): PipeTarget {
  const busArn = String(Target);
  const { InputTemplate, EventBridgeEventBusParameters } = (TargetParameters ?? {}) as TargetParameters;
  if (!busArn.includes(':event-bus/')) throw new Error(`has the target ${busArn}; only an event bus can be one here.`);
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
    render: compileInputTemplate(InputTemplate ?? ''),
  };
}
