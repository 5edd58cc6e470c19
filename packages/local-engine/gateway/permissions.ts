import { AwsError } from '../core/aws-error.ts';
import { dynamoDbActions, partitionKeyOf } from '../dynamodb/index.ts';
import { eventsActions } from '../eventbridge/index.ts';
import { roleNameIn } from '../iam/access.ts';
import type { ActionsOf, CallPlace } from '../iam/required-action.ts';
import { s3Actions } from '../s3/index.ts';
import type { Services } from '../services.ts';
import { sqsActions } from '../sqs/index.ts';
import { ssmActions } from '../ssm/index.ts';
import type { ApiCall } from './gateway.ts';

/** How services answer a denied call, where they differ from most. */
const ANSWERS: Readonly<Record<string, { readonly code?: string; readonly status: number }>> = {
  s3: { code: 'AccessDenied', status: 403 },
  // In the query protocol the code is AccessDenied.
  sqs: { status: 403 },
};

/**
 * Returns the check of each call: a function may do what its role allows. An access key that is not the name of a role belongs to
 * the account's administrator, who may do everything.
 * @throws AwsError as the service would answer; UnjudgedOperation for an operation whose permissions are not listed
 */
export function callPermission({ account, access, roles, functions, dynamodb }: Services): (call: ApiCall) => void {
  const place: CallPlace = {
    account,
    partitionKeyOf: (tableName, indexName) => {
      const table = dynamodb.definitionOf(tableName);
      return table && partitionKeyOf(table, indexName);
    },
  };
  const sessionOf = (roleName: string) => {
    const [user, ...others] = [...functions.values()].filter((fn) => roleNameIn(fn.roleArn) === roleName);
    return others.length === 0 && user ? user.name : roleName;
  };
  return ({ service, operation, accessKeyId, request, validate }) => {
    const role = roles.named(accessKeyId);
    if (role === undefined) return;
    validate();
    const required = requiredActions(service, operation, request, place);
    if (required === undefined) {
      const message = `The local engine does not know which permissions ${service}:${operation} needs, so no role may call it here.`;
      throw new AwsError('UnjudgedOperation', message, 501);
    }
    access.authorize({ roleArn: role.arn, session: () => sessionOf(role.name) }, required, ANSWERS[service]);
  };
}

/** For services that functions seldom call: the operation's own name, on every resource. */
const byName =
  (prefix: string): ActionsOf =>
  (operation) => [{ action: `${prefix}:${operation}`, resource: '*' }];

/** The actions that calls need, by the service of their signature. */
const ACTIONS: ReadonlyMap<string, ActionsOf> = new Map<string, ActionsOf>([
  ['cloudformation', byName('cloudformation')],
  ['dynamodb', dynamoDbActions],
  ['events', eventsActions],
  ['logs', byName('logs')],
  ['monitoring', byName('cloudwatch')],
  ['pipes', byName('pipes')],
  ['s3', s3Actions],
  ['servicequotas', byName('servicequotas')],
  ['sqs', sqsActions],
  ['ssm', ssmActions],
  // Every caller may ask for its own identity. Source: STS API reference, GetCallerIdentity.
  ['sts', (operation) => (operation === 'GetCallerIdentity' ? [] : undefined)],
  ['tagging', byName('tag')],
]);

/** The actions that a call needs; undefined if they are not listed. */
export function requiredActions(service: string, ...call: Parameters<ActionsOf>): ReturnType<ActionsOf> {
  return ACTIONS.get(service)?.(...call);
}
