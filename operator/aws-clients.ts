import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Target } from './target.ts';

export interface AwsClients {
  readonly cloudformation: CloudFormationClient;
  readonly dynamodb: DynamoDBClient;
  /** Closes their connections. */
  destroy(): void;
}

/** The local engine takes any; real ones never leave for an endpoint that is not AWS's. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A table that has to grow its capacity refuses writes for a while. */
const ATTEMPTS_ON_AWS = 10;

/** Clients for a target; on AWS with the Region and the credentials that the SDK finds in its usual places. */
export function createClients(target: Target): AwsClients {
  const settings =
    'endpoint' in target ? { ...target, credentials: LOCAL_CREDENTIALS } : { maxAttempts: ATTEMPTS_ON_AWS };
  const cloudformation = new CloudFormationClient(settings);
  const dynamodb = new DynamoDBClient(settings);
  return {
    cloudformation,
    dynamodb,
    destroy: () => {
      cloudformation.destroy();
      dynamodb.destroy();
    },
  };
}
