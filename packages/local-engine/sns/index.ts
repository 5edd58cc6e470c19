import type { Creation, ResourceType } from '../cloudformation/template/resource-type.ts';
import { checkPolicy, type PolicyDocument } from '../iam/policy.ts';

/** Where topic policies are kept. */
export interface SnsServices {
  /** By the policy's physical id. */
  readonly topicPolicies: Map<string, { readonly policy: PolicyDocument; readonly topicArns: readonly string[] }>;
}

/** The policies of topics are checked and kept. Topics themselves have no effect here. */
export const snsTopicPolicy: ResourceType<SnsServices> = {
  type: 'AWS::SNS::TopicPolicy',
  shape: { PolicyDocument: 'json', Topics: ['used'] },
  required: ['PolicyDocument', 'Topics'],
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: { Id: physicalName } }),
  create: putPolicy,
  update: putPolicy,
  remove: ({ physicalName, services }) => {
    services.topicPolicies.delete(physicalName);
  },
};

function putPolicy({ physicalName, properties, services }: Creation<SnsServices>): void {
  const policy = properties.PolicyDocument as PolicyDocument;
  checkPolicy(policy, 'resource');
  services.topicPolicies.set(physicalName, { policy, topicArns: properties.Topics as readonly string[] });
}
