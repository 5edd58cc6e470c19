import { AwsError } from '../core/aws-error.ts';
import type { ApiResponse } from '../protocols/http.ts';
import { operationNamed } from '../protocols/operations.ts';
import { queryAnswer } from '../protocols/query-protocol.ts';
import type { ResolvedResource } from './stack.ts';
import type { DeployedStack } from './stacks.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** The most resources in one answer. Source: CloudFormation API reference, ListStackResources and DescribeStackResources. */
const LARGEST_PAGE = 100;

type Query = Readonly<Record<string, string | undefined>>;

/** CloudFormation's API of the running stacks: read only. */
export class CloudFormation {
  readonly #stacks: () => readonly DeployedStack[];
  readonly #operations: Readonly<Record<string, (query: Query) => object>> = {
    DescribeStacks: ({ StackName }) => {
      const stacks = StackName === undefined ? this.#stacks() : [this.#stack(StackName)];
      return { Stacks: stacks.map(describeStack) };
    },
    ListExports: () => ({ Exports: this.#stacks().flatMap(exportsOf) }),
    ListImports: ({ ExportName }) => this.#listImports(ExportName),
    DescribeStackResources: (query) => this.#describeResources(query),
    GetTemplate: ({ StackName }) => {
      const TemplateBody = JSON.stringify(this.#stack(StackName).template);
      return { TemplateBody, StagesAvailable: ['Original', 'Processed'] };
    },
    ListStackResources: (query) => this.#listResources(query),
  };

  /** @param stacks returns the running stacks at each call */
  constructor(stacks: () => readonly DeployedStack[]) {
    this.#stacks = stacks;
  }

  /** @throws AwsError as CloudFormation does */
  handle(parameters: URLSearchParams): ApiResponse {
    const action = parameters.get('Action') ?? '';
    const run = operationNamed(this.#operations, 'cloudformation', action, 'InvalidAction');
    return queryAnswer(action, NAMESPACE, run(Object.fromEntries(parameters)));
  }

  /** By name or by ARN. */
  #stack(wanted: string | undefined): DeployedStack {
    if (!wanted) throw new AwsError('ValidationError', 'StackName is required: the name or the ARN of a stack.');
    const found = this.#stacks().find(({ name, arn }) => wanted === name || wanted === arn);
    if (found) return found;
    throw new AwsError('ValidationError', `Stack with id ${wanted} does not exist`);
  }

  #listResources({ StackName, NextToken }: Query): object {
    const stack = this.#stack(StackName);
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
  }

  #listImports(wanted: string | undefined): object {
    if (!wanted) throw new AwsError('ValidationError', 'ExportName is required: the name of an export.');
    const Imports = this.#stacks().flatMap(({ name, imports }) => (imports.includes(wanted) ? [name] : []));
    if (Imports.length > 0) return { Imports };
    throw new AwsError('ValidationError', `Export '${wanted}' is not imported by any stack.`);
  }

  #describeResources({ StackName, PhysicalResourceId, LogicalResourceId }: Query): object {
    if (StackName !== undefined && PhysicalResourceId !== undefined) {
      throw new AwsError('ValidationError', 'StackName and PhysicalResourceId cannot be used together.');
    }
    const stack =
      PhysicalResourceId === undefined ? this.#stack(StackName) : this.#stackWithResource(PhysicalResourceId);
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
  }

  #stackWithResource(physicalId: string): DeployedStack {
    const found = this.#stacks().find((stack) => stack.resources.some(({ identity }) => identity.ref === physicalId));
    if (found) return found;
    throw new AwsError('ValidationError', `Stack for ${physicalId} does not exist`);
  }
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
