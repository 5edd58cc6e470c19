import {
  type CloudFormationClient,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';

/** As the CDK makes the logical id of a subscriber's log group: its id, the part, a hash. */
const SUBSCRIBER_LOGS = /^(.+?)Logs[0-9A-F]{8}$/;

/** The log groups of a stack's subscribers, by the subscriber's construct id, such as `UriRecorder`. */
export async function findLogGroups(cloudformation: CloudFormationClient, stackName: string) {
  const found = new Map<string, string>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client: cloudformation },
    { StackName: stackName },
  )) {
    for (const [id, group] of StackResourceSummaries.flatMap(logGroupOf)) found.set(id, group);
  }
  return found;
}

function logGroupOf(resource: StackResourceSummary): [id: string, group: string][] {
  const { ResourceType, LogicalResourceId = '', PhysicalResourceId } = resource;
  const [, id] = SUBSCRIBER_LOGS.exec(LogicalResourceId) ?? [];
  if (ResourceType !== 'AWS::Logs::LogGroup' || id === undefined || PhysicalResourceId === undefined) return [];
  return [[id, PhysicalResourceId]];
}
