import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';

/** A resource of a deployed stack. */
export interface StackResource {
  /** Such as `UriRecorderLogs54E8004E`. */
  readonly logicalId: string;
  /** Its name, or another value that CloudFormation's Ref gives. */
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
 * Physical ids of one part of each construct, by the construct's id, such as `UriRecorder`.
 * @param part such as `Logs`; the CDK builds logical ids from the construct's id, the part, and a hash
 */
export function partsOf(resources: readonly StackResource[], type: string, part: string): Map<string, string> {
  return new Map(
    resources.flatMap((resource): [string, string][] => {
      const id = resource.type === type ? constructIdOf(resource.logicalId, part) : undefined;
      return id === undefined || resource.physicalId === '' ? [] : [[id, resource.physicalId]];
    }),
  );
}

/** The log groups of a stack's subscribers, by the subscriber's construct id, such as `UriRecorder`. */
export async function findLogGroups(cloudformation: CloudFormationClient, stackName: string) {
  return logGroupsAmong(await listResources(cloudformation, stackName));
}

/** The same, from resources that were read before. */
export function logGroupsAmong(resources: readonly StackResource[]): Map<string, string> {
  return partsOf(resources, 'AWS::Logs::LogGroup', 'Logs');
}

/** `UriRecorder` for `UriRecorderLogs54E8004E` and the part `Logs`; undefined for the logical id of another part. */
export function constructIdOf(logicalId: string, part: string): string | undefined {
  return new RegExp(`^(.+?)${part}[0-9A-F]{8}$`).exec(logicalId)?.[1];
}
