import type { AwsClients } from '../../../../operations/aws/aws-clients.ts';
import type { FoundStack } from '../../../../operations/deployed/stack.ts';
import type { FixCommands } from '../../../../operations/doctor/check.ts';
import { Deployed } from '../../../../operations/doctor/deployed.ts';

/** Says what it was asked for, so that a test sees it. */
export const FIXES: FixCommands = {
  aws: (command) => `aws ${command}`,
  pipeline: (command) => `npx pipeline ${command}`,
  recreate: () => 'recreate',
  deploy: (context = {}) => ['deploy', ...Object.entries(context).map(([key, value]) => `${key}=${value}`)].join(' '),
};

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;
const url = (queue: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${queue}`;

export const STACK = {
  name: 'user-bucket-pipeline-prod',
  outputs: {
    UsersTableName: 'users',
    UserIdAttribute: 'userId',
    PipeName: 'pipe',
    PipeDlqUrl: url('pipe-dlq'),
    EventBusName: 'bus',
    EventBusArn: arn('events', 'event-bus/bus'),
    EventArchiveArn: arn('events', 'archive/all'),
    BucketServiceQueueUrl: url('bucket-queue'),
    BucketServiceDlqUrl: url('bucket-dlq'),
    BucketServiceRuleArn: arn('events', 'rule/bus/bucket-rule'),
    UriRecorderQueueUrl: url('uri-queue'),
    UriRecorderDlqUrl: url('uri-dlq'),
    UriRecorderRuleArn: arn('events', 'rule/bus/uri-rule'),
  },
};

/** What a service answers to a command, by the command's name; an error is thrown. */
export type Answers = Readonly<Record<string, object | ((input: Readonly<Record<string, unknown>>) => object)>>;

type Client = new (settings: object) => object;

/** A pipeline on an AWS that answers so. @param stack by default {@link STACK} @param onClient told of each client that is asked for */
export function deployedWith(
  answers: Answers,
  stack: FoundStack = STACK,
  onClient: (service: string, region: string | undefined) => unknown = () => {},
): Deployed {
  const send = async (command: {
    readonly constructor: { readonly name: string };
    readonly input: Record<string, unknown>;
  }) => {
    const answer = answers[command.constructor.name];
    if (answer === undefined) throw new Error(`The test does not expect a ${command.constructor.name}.`);
    const given = typeof answer === 'function' ? answer(command.input) : answer;
    if (given instanceof Error) throw given;
    return given;
  };
  const of = (Service: Client, region?: string) => {
    onClient(Service.name, region);
    return Object.assign(
      new Service({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }),
      {
        send,
      },
    );
  };
  return new Deployed({ of } as unknown as AwsClients, stack);
}

/** An error as the AWS SDK throws it. */
export function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}
