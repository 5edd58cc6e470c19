import { jest } from '@jest/globals';
import type { AwsClients } from '../../../../operations/aws/aws-clients.ts';
import { FakeAws } from '../../operations/aws/fake-aws.ts';

export const STACK = 'user-bucket-pipeline-dev';
export const BUS_ARN = 'arn:aws:events:ap-northeast-1:123456789012:event-bus/Bus';
const stackArn = (name: string) => `arn:aws:cloudformation:ap-northeast-1:123456789012:stack/${name}/1`;
const QUEUES = 'https://sqs.ap-northeast-1.amazonaws.com/123456789012';

/** CloudFormation's words for a stack that is not there. */
export function noSuchStack(name: string): Error {
  return Object.assign(new Error(`Stack with id ${name} does not exist`), { name: 'ValidationError', $metadata: {} });
}

const OUTPUTS: Readonly<Record<string, string>> = {
  UsersTableName: 'users',
  UserIdAttribute: 'userId',
  BucketNamePrefix: 'siu',
  BucketNamespace: 'account-regional',
  EventBusArn: BUS_ARN,
};

const RESOURCES: Readonly<Record<string, readonly [type: string, physicalId: string]>> = {
  UserTable10A9D000: ['AWS::DynamoDB::Table', 'users'],
  EventBus5B4C0000: ['AWS::Events::EventBus', 'Bus'],
  EventBusArchive0000: ['AWS::Events::Archive', 'Archive'],
  UriRecorderQueue972D23C7: ['AWS::SQS::Queue', `${QUEUES}/waiting`],
  UriRecorderDeadLettersQueueC756325E: ['AWS::SQS::Queue', `${QUEUES}/letters`],
  UriRecorderLogs54E8004E: ['AWS::Logs::LogGroup', '/logs/uri-recorder'],
  UriRecorderRole00000000: ['AWS::IAM::Role', 'role'],
};

export interface WorldProps {
  readonly stack?: object;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly messages?: number;
  /** Logical ids that the stack lacks. */
  readonly without?: readonly string[];
}

/** An account with the CDK's bootstrap stack and a deployed stage, and a CDK CLI that notes what it is asked. */
export function world({ stack = {}, outputs, policy = 'Delete', messages = 0, without = [] }: WorldProps = {}) {
  const resources = Object.entries(RESOURCES).filter(([id]) => !without.includes(id));
  const described: Record<string, object | undefined> = {
    CDKToolkit: { StackName: 'CDKToolkit', StackId: stackArn('CDKToolkit') },
    [STACK]: {
      StackName: STACK,
      StackId: stackArn(STACK),
      StackStatus: 'UPDATE_COMPLETE',
      Outputs: Object.entries({ ...OUTPUTS, ...outputs }).map(([OutputKey, OutputValue]) => ({
        OutputKey,
        OutputValue,
      })),
      ...stack,
    },
  };
  const bucket = (user: string) => ({ Name: `siu${user}-20240430062715-123456789012-ap-northeast-1-an` });
  const aws = new FakeAws({
    DescribeStacks: ({ StackName }) => {
      const found = described[StackName];
      if (found === undefined) throw noSuchStack(StackName);
      return { Stacks: [found] };
    },
    ListStackResources: () => ({
      StackResourceSummaries: resources.map(([LogicalResourceId, [ResourceType, PhysicalResourceId]]) => ({
        LogicalResourceId,
        ResourceType,
        PhysicalResourceId,
      })),
    }),
    GetTemplate: () => ({
      TemplateBody: JSON.stringify({
        Resources: Object.fromEntries(resources.map(([id]) => [id, { DeletionPolicy: policy }])),
      }),
    }),
    Scan: () => ({ Count: 10 }),
    DescribeTable: () => ({ Table: { ItemCount: 12 } }),
    DescribeArchive: () => ({ EventCount: 24 }),
    GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: String(messages) } }),
    ListBuckets: () => ({ Buckets: [bucket('alice'), bucket('bob'), { Name: 'siu-of-somebody-else' }] }),
  });
  const cdk: string[] = [];
  // Paginators look at the class of a client.
  const of = (Client: new (settings: object) => object) =>
    Object.assign(Object.create(Client.prototype), aws.client<object>(), {
      config: { region: async () => 'ap-northeast-1' },
    });
  const effects = {
    clients: { of, destroy: () => {} } as unknown as AwsClients,
    runCdk: async (args: readonly string[]) => {
      cdk.push(args.join(' '));
    },
  };
  return { aws, cdk, described, effects };
}

/** Collects what is written for people and for machines, until `restore`. */
export function capture() {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += text;
      return true;
    }),
  );
  const restore = () => {
    for (const spy of spies) spy.mockRestore();
  };
  return { written, restore };
}
