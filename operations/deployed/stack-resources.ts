import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';

/** A resource of a deployed stack. */
export interface StackResource {
  /** Such as `UriRecorderLogs54E8004E`. */
  readonly logicalId: string;
  /** Its name, or whatever else CloudFormation's Ref gives. */
  readonly physicalId: string;
  /** Such as `AWS::Logs::LogGroup`. */
  readonly type: string;
}

/** Every resource of a stack. */
export async function listResources(client: CloudFormationClient, StackName: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '' } of StackResourceSummaries) {
      found.push({ logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type: ResourceType });
    }
  }
  return found;
}

/**
 * Parts of a stack's constructs: their physical ids by the construct's id, such as `UriRecorder`.
 * @param part the id of the part in its construct, such as `Logs`; the CDK makes the logical id of both, and of a hash
 */
export function partsOf(resources: readonly StackResource[], type: string, part: string): Map<string, string> {
  const logicalIdOfPart = new RegExp(`^(.+?)${part}[0-9A-F]{8}$`);
  return new Map(
    resources.flatMap((resource): [string, string][] => {
      const id = resource.type === type ? logicalIdOfPart.exec(resource.logicalId)?.[1] : undefined;
      return id === undefined || resource.physicalId === '' ? [] : [[id, resource.physicalId]];
    }),
  );
}

/** The log groups of a stack's subscribers, by the subscriber's construct id, such as `UriRecorder`. */
export async function findLogGroups(cloudformation: CloudFormationClient, stackName: string) {
  return logGroupsAmong(await listResources(cloudformation, stackName));
}

/** Those of a stack whose resources are known. */
export function logGroupsAmong(resources: readonly StackResource[]): Map<string, string> {
  return partsOf(resources, 'AWS::Logs::LogGroup', 'Logs');
}
