import type { Creation, ResourceType } from '../cloudformation/template/resource-type.ts';
import type { PolicyDocument } from './policy.ts';
import { checkPolicy } from './policy-check.ts';
import type { Roles } from './roles.ts';

interface IamServices {
  readonly roles: Roles;
}

export const iamRole: ResourceType<IamServices> = {
  type: 'AWS::IAM::Role',
  nameProperty: 'RoleName',
  shape: {
    RoleName: 'used',
    Path: 'used',
    AssumeRolePolicyDocument: 'used',
    Policies: [{ PolicyName: 'used', PolicyDocument: 'used' }],
    ManagedPolicyArns: 'used',
    Description: 'inert',
    MaxSessionDuration: 'inert',
    Tags: 'inert',
  },
  identify: ({ physicalName, account: { partition, id }, properties }) => {
    const path = String(properties().Path ?? '/');
    return {
      ref: physicalName,
      attributes: { Arn: `arn:${partition}:iam::${id}:role${path}${physicalName}`, RoleId: physicalName },
    };
  },
  create: putRole,
  update: putRole,
  remove: ({ physicalName, services }) => services.roles.remove(physicalName),
};

/** Source: CloudFormation template reference, AWS::IAM::Policy: a policy inside the identities that it names. */
export const iamPolicy: ResourceType<IamServices> = {
  type: 'AWS::IAM::Policy',
  shape: { PolicyName: 'used', PolicyDocument: 'used', Roles: 'used' },
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: { Id: physicalName } }),
  create: putPolicy,
  update: putPolicy,
  remove: ({ physicalName, services }) => services.roles.detach(physicalName),
};

function putRole({ physicalName, identity, properties, services }: Creation<IamServices>): void {
  const inline = (properties.Policies ?? []) as readonly { readonly PolicyDocument: PolicyDocument }[];
  const managed = (properties.ManagedPolicyArns ?? []) as readonly string[];
  const trust = properties.AssumeRolePolicyDocument as PolicyDocument;
  const ownPolicies = [...inline.map(({ PolicyDocument }) => PolicyDocument), ...managed.map(managedPolicy)];
  checkPolicy(trust, 'trust');
  for (const policy of ownPolicies) checkPolicy(policy, 'identity');
  services.roles.put({ name: physicalName, arn: identity.attributes.Arn ?? '', trust, ownPolicies });
}

function putPolicy({ physicalName, properties, services }: Creation<IamServices>): void {
  const policy = properties.PolicyDocument as PolicyDocument;
  checkPolicy(policy, 'identity');
  services.roles.attach(physicalName, policy, (properties.Roles ?? []) as readonly string[]);
}

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * The supported managed policies of AWS, by the end of their ARN.
 * Source: AWS managed policy reference.
 */
const MANAGED_POLICIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['service-role/AWSLambdaBasicExecutionRole', LOGS],
  [
    'service-role/AWSLambdaSQSQueueExecutionRole',
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...LOGS],
  ],
  [
    'AWSXRayDaemonWriteAccess',
    [
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ],
  ],
]);

/** @throws Error for a managed policy that is not supported */
export function managedPolicy(arn: string): PolicyDocument {
  const name = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? '';
  const actions = MANAGED_POLICIES.get(name);
  if (actions !== undefined) return { Statement: { Effect: 'Allow', Action: actions, Resource: '*' } };
  const known = [...MANAGED_POLICIES.keys()].join(', ');
  throw new Error(`names the managed policy ${arn}, which the local engine does not know; it knows ${known}.`);
}
