import type { PolicyDocument } from '../iam/policy.ts';
import { checkPolicy } from '../iam/policy-check.ts';
import type { Creation, ResourceType } from './resource-type.ts';

/** Who may write into the account's log groups beside its own identities: the delivery service, for services that log. */
export const logsResourcePolicy: ResourceType = {
  type: 'AWS::Logs::ResourcePolicy',
  nameProperty: 'PolicyName',
  nameLimit: 255,
  shape: { PolicyName: 'used', PolicyDocument: 'used' },
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: {} }),
  create: putPolicy,
  update: putPolicy,
  remove: ({ physicalName, services }) => {
    services.logPolicies.delete(physicalName);
  },
};

function putPolicy({ physicalName, properties, services }: Creation): void {
  const policy = documentOf(properties.PolicyDocument);
  checkPolicy(policy, 'resource');
  services.logPolicies.set(physicalName, policy);
}

/** The document is JSON text in this type. */
function documentOf(value: unknown): PolicyDocument {
  if (typeof value !== 'string') return value as PolicyDocument;
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new Error(`has a PolicyDocument that is no JSON: ${(cause as Error).message}`, { cause });
  }
}
