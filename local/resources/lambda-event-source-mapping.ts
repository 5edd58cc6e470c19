import { arnOf } from '../account.ts';
import { EventSourceMapping, type EventSourceMappingProps } from '../lambda/event-source-mapping.ts';
import type { LambdaFunction } from '../lambda/lambda.ts';
import { checkMappingRole, pollingLeave } from './function-role.ts';
import { type Creation, type ResourceType, wholeNumber } from './resource-type.ts';

export const lambdaEventSourceMapping: ResourceType = {
  type: 'AWS::Lambda::EventSourceMapping',
  shape: {
    BatchSize: 'used',
    Enabled: 'used',
    EventSourceArn: 'used',
    FunctionName: 'used',
    FunctionResponseTypes: 'used',
    ScalingConfig: { MaximumConcurrency: 'used' },
    Tags: 'inert',
  },
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

function targetOf({ properties, services }: Creation): LambdaFunction {
  const name = String(properties.FunctionName).split(':').at(-1) ?? '';
  const target = services.functions.get(name);
  if (target === undefined) throw new Error(`names the function ${name}, which does not exist.`);
  return target;
}

function queueOf({ properties }: Creation): string {
  return String(properties.EventSourceArn);
}

function mappingProps(creation: Creation): EventSourceMappingProps {
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
