import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';
import { listResources, type OnStack, type StackResource } from './stack.ts';

/** A pipe of the stack that puts events on a bus. */
export interface DeployedPipe {
  readonly name: string;
  /** The type of its events. */
  readonly type: string;
  /** Their source. */
  readonly source: string;
}

/** The pipes of a stack, in the order of its template. @param template as CloudFormation gives it, JSON */
export function pipesOf(template: string, resources: readonly StackResource[]): DeployedPipe[] {
  const names = new Map(resources.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
  return Object.entries(fieldsOf(parseObject(template)?.Resources)).flatMap(([logicalId, resource]) => {
    const { Type, Properties } = fieldsOf(resource);
    if (Type !== 'AWS::Pipes::Pipe') return [];
    const { EventBridgeEventBusParameters } = fieldsOf(fieldsOf(Properties).TargetParameters);
    const { DetailType, Source } = fieldsOf(EventBridgeEventBusParameters);
    const name = names.get(logicalId);
    if (typeof DetailType !== 'string' || typeof Source !== 'string' || name === undefined) return [];
    return [{ name, type: DetailType, source: Source }];
  });
}

/** The pipes of a running stack. */
export async function listPipes({ clients, stack }: OnStack): Promise<DeployedPipe[]> {
  const cloudFormation = clients.of(CloudFormationClient);
  const [{ TemplateBody = '{}' }, resources] = await Promise.all([
    cloudFormation.send(new GetTemplateCommand({ StackName: stack.name })),
    listResources(cloudFormation, stack.name),
  ]);
  return pipesOf(TemplateBody, resources);
}
