import { type Creation, type ResourceType, wholeNumber } from '../cloudformation/template/resource-type.ts';
import { arnOf } from '../core/account.ts';
import { checkPolicy, type PolicyDocument, type PolicyStatement } from '../iam/policy.ts';
import { busName, ruleArn } from './buses.ts';
import type { EventBridge } from './event-bridge.ts';
import { type TargetRequest, toTarget, whyUnsupported } from './rule-targets.ts';

interface EventBridgeServices extends BusPolicyServices {
  readonly events: EventBridge;
}

/** Where statements about buses are kept. */
export interface BusPolicyServices {
  /** By the physical id of the resource. */
  readonly busPolicies: Map<string, { readonly busName: string; readonly policy: PolicyDocument }>;
}

/** The policies of a bus, by its ARN or by that of a rule on it. */
export function busPoliciesOf({ busPolicies }: BusPolicyServices, arn: string): PolicyDocument[] {
  if (busPolicies.size === 0) return [];
  const name = /:(?:event-bus|rule)\/([^/]+)/.exec(arn)?.[1];
  return [...busPolicies.values()].flatMap(({ busName: of, policy }) => (of === name ? [policy] : []));
}

/** A statement of the policy of a bus. It judges the calls of others, and also of this account: IAM adds it to the caller's own. */
export const eventBusPolicy: ResourceType<EventBridgeServices> = {
  type: 'AWS::Events::EventBusPolicy',
  shape: { EventBusName: 'used', StatementId: 'used', Statement: 'json' },
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: {} }),
  create: putBusPolicy,
  update: putBusPolicy,
  remove: ({ physicalName, services }) => {
    services.busPolicies.delete(physicalName);
  },
};

function putBusPolicy({ physicalName, properties, services }: Creation<EventBridgeServices>): void {
  const { name } = services.events.buses.get(busNameOf(properties));
  const statement = { Sid: String(properties.StatementId), ...(properties.Statement as PolicyStatement) };
  const policy = { Version: '2012-10-17', Statement: [statement] };
  checkPolicy(policy, 'resource');
  services.busPolicies.set(physicalName, { busName: name, policy });
}

export const eventBus: ResourceType<EventBridgeServices> = {
  type: 'AWS::Events::EventBus',
  nameProperty: 'Name',
  shape: { Name: 'used', Description: 'used', Tags: 'inert' },
  identify: ({ physicalName, account }) => ({
    ref: physicalName,
    attributes: { Arn: arnOf(account, 'events', `event-bus/${physicalName}`), Name: physicalName },
  }),
  holdsState: true,
  create: ({ physicalName, properties, services }) =>
    services.events.createBus(physicalName, descriptionIn(properties)),
  update: ({ physicalName, properties, services }) =>
    services.events.buses.describe(physicalName, descriptionIn(properties)),
  remove: ({ physicalName, services }) => services.events.buses.remove(physicalName),
  rollBack: ({ physicalName, services }) => services.events.buses.remove(physicalName, { keepsStored: true }),
};

export const eventRule: ResourceType<EventBridgeServices> = {
  type: 'AWS::Events::Rule',
  nameProperty: 'Name',
  shape: {
    Name: 'used',
    Description: 'used',
    EventBusName: 'used',
    EventPattern: 'json',
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
    return { ref: physicalName, attributes: { Arn: ruleArn(account, busNameOf(properties()), physicalName) } };
  },
  create: putRule,
  update: putRule,
  remove: ({ physicalName, properties, services }) => services.events.rules.remove(busNameOf(properties), physicalName),
  rollBack: ({ physicalName, properties, services }) =>
    services.events.rules.remove(busNameOf(properties), physicalName, { keepsStored: true }),
};

export const eventArchive: ResourceType<EventBridgeServices> = {
  type: 'AWS::Events::Archive',
  nameProperty: 'ArchiveName',
  nameLimit: 48,
  shape: { ArchiveName: 'used', Description: 'used', EventPattern: 'json', RetentionDays: 'used', SourceArn: 'used' },
  identify: ({ physicalName, account }) => ({
    ref: physicalName,
    attributes: { Arn: arnOf(account, 'events', `archive/${physicalName}`), ArchiveName: physicalName },
  }),
  holdsState: true,
  create: putArchive,
  update: putArchive,
  remove: ({ physicalName, services }) => services.events.removeArchive(physicalName),
  rollBack: ({ physicalName, services }) => services.events.removeArchive(physicalName, { keepsStored: true }),
};

function putArchive({ physicalName, identity, properties, services }: Creation<EventBridgeServices>): void {
  const description = descriptionIn(properties);
  services.events.addArchive({
    name: physicalName,
    arn: identity.attributes.Arn ?? '',
    busArn: String(properties.SourceArn),
    ...(description !== undefined && { description }),
    retentionDays: wholeNumber(properties.RetentionDays, 0),
    ...(properties.EventPattern !== undefined && { pattern: properties.EventPattern }),
  });
}

function putRule({ physicalName, identity, properties, services }: Creation<EventBridgeServices>): void {
  const targets = (properties.Targets ?? []) as readonly TargetRequest[];
  const description = descriptionIn(properties);
  services.events.rules.deploy({
    name: physicalName,
    arn: identity.attributes.Arn ?? '',
    busName: busNameOf(properties),
    pattern: properties.EventPattern,
    isEnabled: properties.State !== 'DISABLED',
    ...(description !== undefined && { description }),
    targets: targets.map((target) => {
      const problem = whyUnsupported(target);
      if (problem !== undefined) throw new Error(`has a target that is not supported: ${problem}`);
      return toTarget({ ...target, ...(target.RetryPolicy && { RetryPolicy: withNumbers(target.RetryPolicy) }) });
    }),
  });
}

function descriptionIn({ Description }: Creation['properties']): string | undefined {
  return Description === undefined ? undefined : String(Description);
}

/** Some templates have numbers as text. */
function withNumbers(policy: NonNullable<TargetRequest['RetryPolicy']>): NonNullable<TargetRequest['RetryPolicy']> {
  return Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, wholeNumber(value, 0)]));
}

/** Templates give a bus by its name or by its ARN. Source: CloudFormation template reference, AWS::Events::Rule. */
function busNameOf(properties: Readonly<Record<string, unknown>>): string {
  return busName(properties.EventBusName ?? 'default');
}
