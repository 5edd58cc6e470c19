import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { listResources, partsOf, type StackResource } from './stack-resources.ts';

/** The log groups of a stack's subscribers, by the subscriber's construct id, such as `UriRecorder`. */
export async function findLogGroups(cloudformation: CloudFormationClient, stackName: string) {
  return logGroupsAmong(await listResources(cloudformation, stackName));
}

/** Those of a stack whose resources are known. */
export function logGroupsAmong(resources: readonly StackResource[]): Map<string, string> {
  return partsOf(resources, 'AWS::Logs::LogGroup', 'Logs');
}
