import { DEFAULT_PORT } from '../../../operations/aws/target.ts';
import { constructIdOf, type FoundStack, requireOutput } from '../../../operations/deployed/stack.ts';
import { subscriberName } from '../../../operations/deployed/subscribers.ts';
import { count } from '../../../operations/messages/display.ts';
import type { DeployedStack, StackChange } from '../../../packages/local-engine/index.ts';

/** What an update did, by the names of subscribers: which were reloaded, added or removed. */
export function describeChanges(changes: readonly StackChange[]): string {
  const subscribers = changes.flatMap(({ type, logicalId, change }) => {
    const id = type === 'AWS::Lambda::Function' ? constructIdOf(logicalId, 'Function') : undefined;
    return id === undefined ? [] : [{ id, change }];
  });
  const named = (kind: StackChange['change'], participle: string) => {
    const names = subscribers.filter(({ change }) => change === kind).map(({ id }) => subscriberName(id));
    return names.length > 0 ? [`${names.join(', ')} ${participle}`] : [];
  };
  const others = changes.filter(
    ({ logicalId, type }) =>
      !subscribers.some(({ id }) => logicalId.startsWith(id)) &&
      // It shows every subscriber, so that it changes with them.
      (type !== 'AWS::CloudWatch::Dashboard' || subscribers.length === 0),
  );
  return [
    ...named('changed', 'reloaded'),
    ...named('added', 'added'),
    ...named('removed', 'removed'),
    ...(others.length > 0 ? [`${count(others.length, 'other resource')} changed`] : []),
  ].join(', ');
}

/** The running subscribers, by the physical names of their functions. */
export function subscribersByFunction(stacks: readonly DeployedStack[]): Map<string, string> {
  const resources = stacks.flatMap((stack) => stack.resources);
  return new Map(
    resources.flatMap(({ type, logicalId, physicalName }) => {
      const id = type === 'AWS::Lambda::Function' ? constructIdOf(logicalId, 'Function') : undefined;
      return id === undefined ? [] : [[physicalName, subscriberName(id)]];
    }),
  );
}

export interface NextStepsProps {
  readonly endpoint: string;
  readonly region: string;
  readonly stack: FoundStack;
  /** URI of an existing bucket. */
  readonly bucketUri?: string;
}

/** Commands to copy into another terminal; nothing in them has to be filled in. */
export function nextSteps({ endpoint, region, stack, bucketUri }: NextStepsProps): string {
  const port = Number(new URL(endpoint).port);
  const table = requireOutput(stack, 'UsersTableName');
  const key = requireOutput(stack, 'UserIdAttribute');
  const dlqUrl = requireOutput(stack, 'BucketServiceDlqUrl');
  const bus = requireOutput(stack, 'EventBusName');
  const aws = `aws --endpoint-url ${endpoint}`;
  const dave = JSON.stringify({ [key]: { S: 'dave' } });
  const ifNew = `--condition-expression 'attribute_not_exists(#id)' --expression-attribute-names '{"#id":"${key}"}'`;
  const readUri = `${aws} dynamodb get-item --table-name ${table} --key '${dave}' --query Item.s3_bucket_uri.S --output text`;
  const event = { EventBusName: bus, Source: 'my-service', DetailType: 'ProfileCompleted', Detail: '{}' };
  return `Try next, in another terminal:

  npx pipeline register carol --wait${port === DEFAULT_PORT ? '' : ` --port ${port}`}

The same with the AWS CLI (any AWS SDK works too, with AWS_ENDPOINT_URL=${endpoint}):

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  ${aws} dynamodb put-item --table-name ${table} --item '${dave}' ${ifNew}
  ${readUri}
  ${aws} s3api list-buckets --query 'Buckets[].Name'
  ${aws} s3 cp package.json ${bucketUri ?? `$(${readUri})`}/
  ${aws} events put-events --entries '${JSON.stringify([event])}'
  ${aws} sqs receive-message --queue-url ${dlqUrl}

The last command reads the events that bucket-service could not handle. As long as there are none, it prints nothing.
`;
}
