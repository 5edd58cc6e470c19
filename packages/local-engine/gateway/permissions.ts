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

/** How services answer a call that is denied, where it is not as most do. */
const ANSWERS: Readonly<Record<string, { readonly code?: string; readonly status: number }>> = {
  s3: { code: 'AccessDenied', status: 403 },
  // In the query protocol the code is AccessDenied.
  sqs: { status: 403 },
};

/**
 * Refuses what a function's role does not let it do. An access key that is no role's name is that of the account's
 * administrator, who may do everything.
 * @throws AwsError as the service would answer; UnjudgedOperation for what the engine cannot judge
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

/** For services of which functions seldom ask anything: the operation's own name, on whatever there is. */
const byName =
  (prefix: string): ActionsOf =>
  (operation) => [{ action: `${prefix}:${operation}`, resource: '*' }];

/** What calls need leave for, by the service that their signature names. */
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
  // Who one is, everybody may ask. Source: STS API reference, GetCallerIdentity.
  ['sts', (operation) => (operation === 'GetCallerIdentity' ? [] : undefined)],
  ['tagging', byName('tag')],
]);

/** What a call needs leave for; undefined if that is not known here. */
export function requiredActions(service: string, ...call: Parameters<ActionsOf>): ReturnType<ActionsOf> {
  return ACTIONS.get(service)?.(...call);
}
