import {
  type Creation,
  checkChoice,
  checkRange,
  type ResourceType,
  wholeNumber,
} from '../cloudformation/template/resource-type.ts';
import { type Account, arnOf } from '../core/account.ts';
import type { Access, Caller, RequiredAction } from '../iam/access.ts';
import { EventSourceMapping, type EventSourceMappingProps } from './event-source-mapping.ts';
import { missingPermission } from './function-resource.ts';
import type { LambdaFunction } from './lambda-function.ts';

interface MappingServices extends Pick<EventSourceMappingProps, 'account' | 'queues' | 'clock' | 'journal' | 'faults'> {
  readonly access: Access;
  /** By function name. */
  readonly functions: Map<string, LambdaFunction>;
  /** By mapping id. */
  readonly mappings: Map<string, EventSourceMapping>;
}

/** Properties for other sources, and properties of a queue's mapping that the engine does not support. */
const UNSUPPORTED = [
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
    FunctionResponseTypes: ['used'],
    ScalingConfig: { MaximumConcurrency: 'used' },
    Tags: 'inert',
    ...Object.fromEntries(UNSUPPORTED.map((name) => [name, 'json' as const])),
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
    checkMappingRole(creation);
    creation.services.mappings.get(creation.physicalName)?.start();
  },
  update: (creation) => {
    checkMappingRole(creation);
    creation.services.mappings.get(creation.physicalName)?.reconfigure(mappingProps(creation));
  },
  remove: ({ physicalName, services }) => {
    services.mappings.get(physicalName)?.disable();
    services.mappings.delete(physicalName);
  },
};

/** Only queues can be sources; everything else is refused by its name. Source: Lambda API reference, CreateEventSourceMapping. */
function checkMapping(properties: Creation['properties'], { region, id }: Account): void {
  const { EventSourceArn, ScalingConfig = {}, FunctionResponseTypes = [] } = properties;
  if (EventSourceArn === undefined)
    throw new Error('has no EventSourceArn; the local engine needs the ARN of an SQS queue.');
  const [, , service = '', itsRegion, itsAccount] = String(EventSourceArn).split(':');
  if (service !== 'sqs') {
    const source = OTHER_SOURCES[service] ?? 'which is not an SQS queue';
    const instead = service === 'dynamodb' ? ' A pipe can read the stream and put its records on a bus.' : '';
    throw new Error(
      `reads ${EventSourceArn}, ${source}; in the local engine only an SQS queue can be the source.${instead}`,
    );
  }
  if (itsRegion !== region || itsAccount !== id || String(EventSourceArn).endsWith('.fifo')) {
    throw new Error(`reads ${EventSourceArn}; it must be a standard queue of the same Region and account.`);
  }
  const unknown = UNSUPPORTED.find((name) => properties[name] !== undefined);
  if (unknown !== undefined) throw new Error(`has the property ${unknown}, which the local engine does not support.`);
  // AWS allows larger batches only with a batching window.
  checkRange('BatchSize', properties.BatchSize, 1, 10);
  checkRange('MaximumConcurrency', (ScalingConfig as { MaximumConcurrency?: unknown }).MaximumConcurrency, 2, 1000);
  for (const type of FunctionResponseTypes as readonly unknown[]) {
    checkChoice('FunctionResponseType', type, ['ReportBatchItemFailures']);
  }
}

/** What Lambda needs to take messages from a queue. Source: Lambda developer guide, using Lambda with Amazon SQS. */
const POLLING = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/** Tries the function's role as CreateEventSourceMapping does. @throws Error in the words of Lambda, with what is missing */
function checkMappingRole(creation: Creation<MappingServices>): void {
  const caller = callerOf(targetOf(creation));
  const denial = creation.services.access.findDenial(caller, polling(queueOf(creation)));
  if (denial) throw new Error(missingPermission(denial.action.replace('sqs:', ''), 'SQS', denial.message));
}

function polling(queueArn: string): RequiredAction[] {
  return POLLING.map((name) => ({ action: `sqs:${name}`, resource: queueArn }));
}

function callerOf({ roleArn, name }: LambdaFunction): Caller {
  return { roleArn, session: () => name };
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
    mayPoll: services.access.permission(() => callerOf(target), polling(queueOf(creation))),
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
