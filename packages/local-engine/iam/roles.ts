import type { Creation, ResourceType } from '../cloudformation/template/resource-type.ts';
import type { Context } from './condition.ts';
import { type AccessRequest, judge, type Verdict } from './evaluation.ts';
import { checkPolicy, type PolicyDocument } from './policy.ts';

/** A role as its template describes it. Its policies have passed checkPolicy. */
export interface RoleProps {
  readonly name: string;
  readonly arn: string;
  readonly trust: PolicyDocument;
  /** Its inline policies, and the managed policies that it names. */
  readonly ownPolicies: readonly PolicyDocument[];
}

/** A role: who may assume it, and what it may do. */
export class Role {
  readonly name: string;
  readonly arn: string;
  readonly #trust: PolicyDocument;
  readonly #policies: readonly PolicyDocument[];

  constructor({ name, arn, trust, ownPolicies }: RoleProps, attached: Iterable<PolicyDocument>) {
    this.name = name;
    this.arn = arn;
    this.#trust = trust;
    this.#policies = [...ownPolicies, ...attached];
  }

  /** @param context in lower-case keys, such as `aws:sourcearn` */
  canBeAssumedBy(service: string, context: Context): boolean {
    const request = { principal: { service }, action: 'sts:AssumeRole', resource: this.arn, context };
    return judge([this.#trust], request) === 'allowed';
  }

  /** The verdict of its policies on a request of this role. */
  judge(request: AccessRequest): Verdict {
    return judge(this.#policies, request);
  }
}

/** All roles, with the policies attached to them. A change applies from the next call on. */
export class Roles {
  readonly #byName = new Map<string, Role>();
  readonly #byArn = new Map<string, Role>();
  readonly #props = new Map<string, RoleProps>();
  /** By role name, then by the policy's physical id. */
  readonly #attached = new Map<string, Map<string, PolicyDocument>>();
  readonly #listeners = new Set<() => void>();

  named(name: string): Role | undefined {
    return this.#byName.get(name);
  }

  find(arn: string): Role | undefined {
    return this.#byArn.get(arn);
  }

  /** Creates or changes a role. Attached policies stay. */
  put(props: RoleProps): void {
    this.#props.set(props.name, props);
    this.#update([props.name]);
  }

  /** Removes the role, if there is one. */
  remove(name: string): void {
    this.#props.delete(name);
    this.#update([name]);
  }

  /**
   * Attaches a policy to these roles, and to no others.
   * @throws Error if one of them does not exist
   */
  attach(policyId: string, policy: PolicyDocument, roleNames: readonly string[]): void {
    const missing = roleNames.find((name) => !this.#props.has(name));
    if (missing !== undefined) throw new Error(`names the role ${missing}, which does not exist.`);
    const before = this.#detach(policyId);
    for (const name of roleNames) {
      const attached = this.#attached.get(name) ?? new Map();
      this.#attached.set(name, attached.set(policyId, policy));
    }
    this.#update([...before, ...roleNames]);
  }

  /** Detaches a policy from all roles. */
  detach(policyId: string): void {
    this.#update(this.#detach(policyId));
  }

  /** Calls `listener` after each change of a role or its policies. @returns a function that ends this */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #detach(policyId: string): string[] {
    return [...this.#attached].filter(([, policies]) => policies.delete(policyId)).map(([name]) => name);
  }

  #update(names: readonly string[]): void {
    for (const name of new Set(names)) {
      const props = this.#props.get(name);
      const before = this.#byName.get(name);
      this.#byName.delete(name);
      if (before) this.#byArn.delete(before.arn);
      if (props === undefined) continue;
      const role = new Role(props, this.#attached.get(name)?.values() ?? []);
      this.#byName.set(name, role);
      this.#byArn.set(role.arn, role);
    }
    for (const listener of this.#listeners) listener();
  }
}

interface IamServices {
  readonly roles: Roles;
}

export const iamRole: ResourceType<IamServices> = {
  type: 'AWS::IAM::Role',
  nameProperty: 'RoleName',
  shape: {
    RoleName: 'used',
    Path: 'used',
    AssumeRolePolicyDocument: 'json',
    Policies: [{ PolicyName: 'used', PolicyDocument: 'json' }],
    ManagedPolicyArns: ['used'],
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
  shape: { PolicyName: 'used', PolicyDocument: 'json', Roles: ['used'] },
  required: ['PolicyDocument'],
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
  services.roles.put({ name: physicalName, arn: identity.attributes.Arn as string, trust, ownPolicies });
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
