import { arnOf } from '../account.ts';
import { type Creation, type ResourceType, wholeNumber } from './resource-type.ts';

/** Defaults of a rule's retries. Source: EventBridge user guide, eb-rule-retry-policy. */
const DEFAULT_RETRY_ATTEMPTS = 185;
const DEFAULT_EVENT_AGE_SECONDS = 86_400;

interface TargetProperties {
  readonly Id: string;
  readonly Arn: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
}

export const eventBus: ResourceType = {
  type: 'AWS::Events::EventBus',
  nameProperty: 'Name',
  shape: { Name: 'used', Description: 'inert', Tags: 'inert' },
  identify: ({ physicalName, account }) => ({
    ref: physicalName,
    attributes: { Arn: arnOf(account, 'events', `event-bus/${physicalName}`), Name: physicalName },
  }),
  create: ({ physicalName, services }) => services.events.createBus(physicalName),
  remove: ({ physicalName, services }) => services.events.removeBus(physicalName),
};

export const eventRule: ResourceType = {
  type: 'AWS::Events::Rule',
  nameProperty: 'Name',
  shape: {
    Name: 'used',
    Description: 'inert',
    EventBusName: 'used',
    EventPattern: 'used',
    State: 'used',
    Targets: [
      {
        Id: 'used',
        Arn: 'used',
        DeadLetterConfig: { Arn: 'used' },
        RetryPolicy: { MaximumRetryAttempts: 'used', MaximumEventAgeInSeconds: 'used' },
      },
    ],
  },
  identify: ({ physicalName, account, properties }) => {
    const bus = busNameOf(properties());
    const resource = bus === 'default' ? `rule/${physicalName}` : `rule/${bus}/${physicalName}`;
    return { ref: physicalName, attributes: { Arn: arnOf(account, 'events', resource) } };
  },
  create: putRule,
  update: putRule,
  remove: ({ physicalName, properties, services }) => services.events.removeRule(busNameOf(properties), physicalName),
};

export const eventArchive: ResourceType = {
  type: 'AWS::Events::Archive',
  nameProperty: 'ArchiveName',
  nameLimit: 48,
  shape: { ArchiveName: 'used', Description: 'inert', EventPattern: 'used', RetentionDays: 'used', SourceArn: 'used' },
  identify: ({ physicalName, account }) => ({
    ref: physicalName,
    attributes: { Arn: arnOf(account, 'events', `archive/${physicalName}`), ArchiveName: physicalName },
  }),
  create: ({ physicalName, identity, properties, services }) => {
    services.events.addArchive({
      name: physicalName,
      arn: identity.attributes.Arn ?? '',
      busArn: String(properties.SourceArn),
      retentionDays: wholeNumber(properties.RetentionDays, 0),
      ...(properties.EventPattern !== undefined && { pattern: properties.EventPattern }),
    });
  },
  remove: ({ physicalName, services }) => services.events.removeArchive(physicalName),
};

function putRule({ physicalName, identity, properties, services }: Creation): void {
  const targets = (properties.Targets ?? []) as readonly TargetProperties[];
  services.events.putRule({
    name: physicalName,
    arn: identity.attributes.Arn ?? '',
    busName: busNameOf(properties),
    pattern: properties.EventPattern,
    isEnabled: properties.State !== 'DISABLED',
    targets: targets.map(({ Id, Arn, DeadLetterConfig, RetryPolicy }) => {
      if (Arn.split(':')[2] !== 'sqs') throw new Error(`has the target ${Arn}; only SQS queues can be targets here.`);
      return {
        id: Id,
        arn: Arn,
        ...(DeadLetterConfig && { dlqArn: DeadLetterConfig.Arn }),
        maximumRetryAttempts: wholeNumber(RetryPolicy?.MaximumRetryAttempts, DEFAULT_RETRY_ATTEMPTS),
        maximumEventAgeSeconds: wholeNumber(RetryPolicy?.MaximumEventAgeInSeconds, DEFAULT_EVENT_AGE_SECONDS),
      };
    }),
  });
}

/** Templates give a bus by its name or by its ARN. Source: CloudFormation template reference, AWS::Events::Rule. */
function busNameOf(properties: Readonly<Record<string, unknown>>): string {
  return (
    String(properties.EventBusName ?? 'default')
      .split('/')
      .at(-1) ?? 'default'
  );
}
