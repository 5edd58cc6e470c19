import type { Creation, ResourceType } from '../cloudformation/resource-type.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { checkPolicy } from '../iam/policy-check.ts';

/** Who may use a topic. Topics themselves have no effect here. */
export const snsTopicPolicy: ResourceType = {
  type: 'AWS::SNS::TopicPolicy',
  shape: { PolicyDocument: 'used', Topics: 'used' },
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: { Id: physicalName } }),
  create: putPolicy,
  update: putPolicy,
  remove: ({ physicalName, services }) => {
    services.topicPolicies.delete(physicalName);
  },
};

function putPolicy({ physicalName, properties, services }: Creation): void {
  const policy = properties.PolicyDocument as PolicyDocument;
  checkPolicy(policy, 'resource');
  services.topicPolicies.set(physicalName, { policy, topicArns: properties.Topics as readonly string[] });
}
