import { DEFAULT_PORT } from '../../../operations/aws/target.ts';
import { type FoundStack, requireOutput } from '../../../operations/deployed/stack.ts';

export interface Surroundings {
  readonly endpoint: string;
  readonly region: string;
  readonly stack: FoundStack;
  /** URI of a bucket that is there. */
  readonly bucketUri?: string;
}

/** The commands to try next, to be copied into another terminal, and nothing in them to be filled in. */
export function tryNext({ endpoint, region, stack, bucketUri }: Surroundings): string {
  const port = Number(new URL(endpoint).port);
  const table = requireOutput(stack, 'UsersTableName');
  const key = requireOutput(stack, 'UserIdAttribute');
  const dlqUrl = requireOutput(stack, 'BucketServiceDlqUrl');
  const bus = requireOutput(stack, 'EventBusName');
  const aws = `aws --endpoint-url ${endpoint}`;
  const dave = JSON.stringify({ [key]: { S: 'dave' } });
  const unlessThere = `--condition-expression 'attribute_not_exists(#id)' --expression-attribute-names '{"#id":"${key}"}'`;
  const readUri = `${aws} dynamodb get-item --table-name ${table} --key '${dave}' --query Item.s3_bucket_uri.S --output text`;
  const event = { EventBusName: bus, Source: 'my-service', DetailType: 'ProfileCompleted', Detail: '{}' };
  return `Try next, in another terminal:

  npx pipeline register carol --wait${port === DEFAULT_PORT ? '' : ` --port ${port}`}

The same with the AWS CLI (any AWS SDK works too, with AWS_ENDPOINT_URL=${endpoint}):

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  ${aws} dynamodb put-item --table-name ${table} --item '${dave}' ${unlessThere}
  ${readUri}
  ${aws} s3api list-buckets --query 'Buckets[].Name'
  ${aws} s3 cp package.json ${bucketUri ?? `$(${readUri})`}/
  ${aws} events put-events --entries '${JSON.stringify([event])}'
  ${aws} sqs receive-message --queue-url ${dlqUrl}

The last one reads the events that bucket-service could not handle.
`;
}
