import { AwsError } from './aws-error.ts';
import { type ApiResponse, escapeXml, xmlResponse } from './http.ts';
import type { DeployedStack } from './stacks.ts';

/** CloudFormation's view of what runs: read only, in its query protocol. */
export class CloudFormation {
  readonly #stacks: () => readonly DeployedStack[];

  /** @param stacks those that run at the time of a call */
  constructor(stacks: () => readonly DeployedStack[]) {
    this.#stacks = stacks;
  }

  /** @throws AwsError what CloudFormation would answer */
  handle(parameters: URLSearchParams): ApiResponse {
    const action = parameters.get('Action') ?? '';
    if (action !== 'DescribeStacks') {
      throw new AwsError('InvalidAction', `The local engine does not implement cloudformation:${action}.`);
    }
    const wanted = parameters.get('StackName');
    const found = this.#stacks().filter(({ name, arn }) => wanted === null || wanted === name || wanted === arn);
    if (wanted !== null && found.length === 0) {
      throw new AwsError('ValidationError', `Stack with id ${wanted} does not exist`);
    }
    const result = `<DescribeStacksResult><Stacks>${found.map(describe).join('')}</Stacks></DescribeStacksResult>`;
    return xmlResponse(
      `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${result}` +
        '<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></DescribeStacksResponse>',
    );
  }
}

function describe({ name, arn, createdAt, updatedAt, outputs }: DeployedStack): string {
  const members = outputs.map(
    ({ key, value, description = '' }) =>
      `<member><OutputKey>${escapeXml(key)}</OutputKey><OutputValue>${escapeXml(value)}</OutputValue>` +
      `<Description>${escapeXml(description)}</Description></member>`,
  );
  const updated = updatedAt && `<LastUpdatedTime>${new Date(updatedAt).toISOString()}</LastUpdatedTime>`;
  return (
    `<member><StackName>${escapeXml(name)}</StackName><StackId>${escapeXml(arn)}</StackId>` +
    `<CreationTime>${new Date(createdAt).toISOString()}</CreationTime>${updated ?? ''}` +
    `<StackStatus>${updated ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE'}</StackStatus>` +
    `<Outputs>${members.join('')}</Outputs></member>`
  );
}
