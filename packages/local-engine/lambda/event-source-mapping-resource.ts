import {
  type Creation,
  checkChoice,
  checkRange,
  type ResourceType,
  wholeNumber,
} from '../cloudformation/template/resource-type.ts';
import { type Account, arnOf } from '../core/account.ts';
import { EventSourceMapping, type EventSourceMappingProps } from './event-source-mapping.ts';
import { checkMappingRole, pollingLeave, type RoleServices } from './function-role.ts';
import type { LambdaFunction } from './lambda.ts';

interface MappingServices
  extends Pick<EventSourceMappingProps, 'account' | 'queues' | 'clock' | 'journal' | 'faults'>,
    RoleServices {
  /** By function name. */
  readonly functions: Map<string, LambdaFunction>;
  /** By mapping id. */
  readonly mappings: Map<string, EventSourceMapping>;
}

/** What a mapping of other sources may have, or one of a queue, and the engine does not do. */
const NOT_HERE = [
  'AmazonManagedKafkaEventSourceConfig',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'DocumentDBEventSourceConfig',
  'FilterCriteria',
  'KmsKeyArn',
  'LoggingConfig',
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'MetricsConfig',
  'ParallelizationFactor',
  'ProvisionedPollerConfig',
  'Queues',
  'SelfManagedEventSource',
  'SelfManagedKafkaEventSourceConfig',
  'SourceAccessConfigurations',
  'StartingPosition',
  'StartingPositionTimestamp',
  'Topics',
  'TumblingWindowInSeconds',
] as const;

/** Sources that Lambda polls, by the service in their ARN. */
const OTHER_SOURCES: Readonly<Record<string, string>> = {
  dynamodb: 'a DynamoDB stream',
  kinesis: 'a Kinesis stream',
  kafka: 'a Kafka cluster',
  mq: 'a message broker',
  rds: 'a DocumentDB cluster',
};

export const lambdaEventSourceMapping: ResourceType<MappingServices> = {
  type: 'AWS::Lambda::EventSourceMapping',
  shape: {
    BatchSize: 'used',
    Enabled: 'used',
    EventSourceArn: 'used',
    FunctionName: 'used',
    FunctionResponseTypes: 'used',
    ScalingConfig: { MaximumConcurrency: 'used' },
    Tags: 'inert',
    ...Object.fromEntries(NOT_HERE.map((name) => [name, 'used' as const])),
  },
  check: checkMapping,
  identify: ({ physicalName, account }) => ({
    ref: physicalName,
    attributes: {
      Id: physicalName,
      EventSourceMappingArn: arnOf(account, 'lambda', `event-source-mapping:${physicalName}`),
    },
  }),
  create: (creation) => {
    const mapping = new EventSourceMapping(mappingProps(creation));
    creation.services.mappings.set(creation.physicalName, mapping);
  },
  start: (creation) => {
    checkMappingRole(creation.services, targetOf(creation), queueOf(creation));
    creation.services.mappings.get(creation.physicalName)?.start();
  },
  update: (creation) => {
    checkMappingRole(creation.services, targetOf(creation), queueOf(creation));
    creation.services.mappings.get(creation.physicalName)?.reconfigure(mappingProps(creation));
  },
  remove: ({ physicalName, services }) => {
    services.mappings.get(physicalName)?.disable();
    services.mappings.delete(physicalName);
  },
};

/**
 * Here a function takes its events from a queue. Everything else is refused by its name.
 * Source: Lambda API reference, CreateEventSourceMapping.
 */
function checkMapping(properties: Creation['properties'], { region, id }: Account): void {
  const { EventSourceArn, ScalingConfig = {}, FunctionResponseTypes = [] } = properties;
  if (EventSourceArn === undefined) throw new Error('has no EventSourceArn; here it must be that of an SQS queue.');
  const [, , service = '', itsRegion, itsAccount] = String(EventSourceArn).split(':');
  if (service !== 'sqs') {
    const source = OTHER_SOURCES[service] ?? 'no SQS queue';
    const instead = service === 'dynamodb' ? ' A pipe can read the stream, and put its records on a bus.' : '';
    throw new Error(
      `reads ${EventSourceArn}, ${source}; the local engine gives a function the messages of an SQS queue alone.${instead}`,
    );
  }
  if (itsRegion !== region || itsAccount !== id || String(EventSourceArn).endsWith('.fifo')) {
    throw new Error(`reads ${EventSourceArn}; it must be a standard queue of the same Region and account.`);
  }
  const unknown = NOT_HERE.find((name) => properties[name] !== undefined);
  if (unknown !== undefined) throw new Error(`has the property ${unknown}, which the local engine does not do.`);
  // A larger batch needs a batching window.
  checkRange('BatchSize', properties.BatchSize, 1, 10);
  checkRange('MaximumConcurrency', (ScalingConfig as { MaximumConcurrency?: unknown }).MaximumConcurrency, 2, 1000);
  for (const type of FunctionResponseTypes as readonly unknown[]) {
    checkChoice('FunctionResponseType', type, ['ReportBatchItemFailures']);
  }
}

function targetOf({ properties, services }: Creation<MappingServices>): LambdaFunction {
  const name = String(properties.FunctionName).split(':').at(-1) ?? '';
  const target = services.functions.get(name);
  if (target === undefined) throw new Error(`names the function ${name}, which does not exist.`);
  return target;
}

function queueOf({ properties }: Creation<MappingServices>): string {
  return String(properties.EventSourceArn);
}

function mappingProps(creation: Creation<MappingServices>): EventSourceMappingProps {
  const { properties, services } = creation;
  const target = targetOf(creation);
  const { MaximumConcurrency } = (properties.ScalingConfig ?? {}) as { MaximumConcurrency?: number };
  const responseTypes = (properties.FunctionResponseTypes ?? []) as readonly string[];
  const { account, queues, clock, journal, faults } = services;
  return {
    queueArn: queueOf(creation),
    target,
    leave: pollingLeave(services, target, queueOf(creation)),
    isEnabled: properties.Enabled !== false,
    batchSize: wholeNumber(properties.BatchSize, 10),
    reportsItemFailures: responseTypes.includes('ReportBatchItemFailures'),
    ...(MaximumConcurrency !== undefined && { maximumConcurrency: wholeNumber(MaximumConcurrency, 0) }),
    account,
    queues,
    clock,
    journal,
    faults,
  };
}
