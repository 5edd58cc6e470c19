import { AwsError } from '../core/aws-error.ts';
import type { ServiceApi } from '../protocols/http.ts';
import { operationNamed } from '../protocols/operations.ts';
import { queryService } from '../protocols/query-protocol.ts';
import type { ResolvedResource } from './stack.ts';
import type { DeployedStack } from './stacks.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** The most resources in one answer. Source: CloudFormation API reference, ListStackResources and DescribeStackResources. */
const LARGEST_PAGE = 100;

type Query = Readonly<Record<string, string | undefined>>;

type Running = readonly DeployedStack[];

/** CloudFormation's API of the running stacks: read only. */
export function cloudFormationApi({ stacks }: { readonly stacks: { readonly deployed: Running } }): ServiceApi {
  return queryService(NAMESPACE, (action, parameters) => {
    const run = operationNamed(OPERATIONS, 'cloudformation', action, 'InvalidAction');
    return run(stacks.deployed, Object.fromEntries(parameters));
  });
}

const OPERATIONS: Readonly<Record<string, (stacks: Running, query: Query) => object>> = {
  DescribeStacks: (stacks, { StackName }) => {
    const found = StackName === undefined ? stacks : [stackNamed(stacks, StackName)];
    return { Stacks: found.map(describeStack) };
  },
  ListExports: (stacks) => ({ Exports: stacks.flatMap(exportsOf) }),
  ListImports: (stacks, { ExportName }) => {
    if (!ExportName) throw new AwsError('ValidationError', 'ExportName is required: the name of an export.');
    const Imports = stacks.flatMap(({ name, imports }) => (imports.includes(ExportName) ? [name] : []));
    if (Imports.length > 0) return { Imports };
    throw new AwsError('ValidationError', `Export '${ExportName}' is not imported by any stack.`);
  },
  DescribeStackResources: (stacks, { StackName, PhysicalResourceId, LogicalResourceId }) => {
    if (StackName !== undefined && PhysicalResourceId !== undefined) {
      throw new AwsError('ValidationError', 'StackName and PhysicalResourceId cannot be used together.');
    }
    const stack =
      PhysicalResourceId === undefined ? stackNamed(stacks, StackName) : stackWithResource(stacks, PhysicalResourceId);
    const isWanted = ({ logicalId }: ResolvedResource) => [undefined, logicalId].includes(LogicalResourceId);
    const found = stack.resources.filter(isWanted).slice(0, LARGEST_PAGE);
    if (found.length === 0 && LogicalResourceId !== undefined) {
      throw new AwsError('ValidationError', `Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
    }
    return {
      StackResources: found.map((resource) => ({
        StackName: stack.name,
        StackId: stack.arn,
        ...describeResource(resource),
        Timestamp: new Date(stack.updatedAt ?? stack.createdAt),
      })),
    };
  },
  GetTemplate: (stacks, { StackName }) => {
    const TemplateBody = JSON.stringify(stackNamed(stacks, StackName).template);
    return { TemplateBody, StagesAvailable: ['Original', 'Processed'] };
  },
  ListStackResources: (stacks, { StackName, NextToken }) => {
    const stack = stackNamed(stacks, StackName);
    const start = NextToken === undefined ? 0 : stack.resources.findIndex(({ logicalId }) => logicalId === NextToken);
    if (start < 0) throw new AwsError('ValidationError', `NextToken ${NextToken} is not a token of this stack.`);
    const end = start + LARGEST_PAGE;
    return {
      StackResourceSummaries: stack.resources.slice(start, end).map((resource) => ({
        ...describeResource(resource),
        LastUpdatedTimestamp: new Date(stack.updatedAt ?? stack.createdAt),
      })),
      NextToken: stack.resources[end]?.logicalId,
    };
  },
};

/** By name or by ARN. */
function stackNamed(stacks: Running, wanted: string | undefined): DeployedStack {
  if (!wanted) throw new AwsError('ValidationError', 'StackName is required: the name or the ARN of a stack.');
  const found = stacks.find(({ name, arn }) => wanted === name || wanted === arn);
  if (found) return found;
  throw new AwsError('ValidationError', `Stack with id ${wanted} does not exist`);
}

function stackWithResource(stacks: Running, physicalId: string): DeployedStack {
  const found = stacks.find((stack) => stack.resources.some(({ identity }) => identity.ref === physicalId));
  if (found) return found;
  throw new AwsError('ValidationError', `Stack for ${physicalId} does not exist`);
}

function describeStack({ name, arn, createdAt, updatedAt, outputs }: DeployedStack): object {
  return {
    StackName: name,
    StackId: arn,
    CreationTime: new Date(createdAt),
    LastUpdatedTime: updatedAt === undefined ? undefined : new Date(updatedAt),
    StackStatus: updatedAt === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
    Outputs: outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
  };
}

function exportsOf({ arn, outputs }: DeployedStack): object[] {
  return outputs.flatMap(({ exportName, value }) =>
    exportName === undefined ? [] : [{ ExportingStackId: arn, Name: exportName, Value: value }],
  );
}

/** The engine keeps no history of resources: each counts as created with its stack. */
function describeResource({ logicalId, identity, type }: ResolvedResource): object {
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: identity.ref,
    ResourceType: type,
    ResourceStatus: 'CREATE_COMPLETE',
  };
}
