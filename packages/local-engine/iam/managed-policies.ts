import type { PolicyDocument } from './policy.ts';

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * AWS's managed policies that roles may name here, by the end of their ARN.
 * Source: AWS managed policy reference.
 */
const MANAGED_POLICIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['service-role/AWSLambdaBasicExecutionRole', LOGS],
  [
    'service-role/AWSLambdaSQSQueueExecutionRole',
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...LOGS],
  ],
  [
    'AWSXRayDaemonWriteAccess',
    [
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ],
  ],
]);

/** @throws Error for a managed policy whose statements are not known here */
export function managedPolicy(arn: string): PolicyDocument {
  const name = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? '';
  const actions = MANAGED_POLICIES.get(name);
  if (actions !== undefined) return { Statement: { Effect: 'Allow', Action: actions, Resource: '*' } };
  const known = [...MANAGED_POLICIES.keys()].join(', ');
  throw new Error(`names the managed policy ${arn}, which the local engine does not know; it knows ${known}.`);
}
