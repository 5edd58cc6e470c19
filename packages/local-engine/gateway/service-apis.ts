import { cloudFormationApi } from '../cloudformation/cloudformation.ts';
import type { Stacks } from '../cloudformation/stacks.ts';
import { metricsApi } from '../cloudwatch/index.ts';
import { AwsError } from '../core/aws-error.ts';
import { dynamoDbActions, dynamoDbApi, partitionKeyOf } from '../dynamodb/index.ts';
import { eventBridgeApi, eventsActions } from '../eventbridge/index.ts';
import { type ActionsOf, type CallPlace, roleNameIn } from '../iam/access.ts';
import { logsApi } from '../logs/index.ts';
import { pipesApi } from '../pipes/index.ts';
import type { ServiceApi } from '../protocols/http.ts';
import { resourceTaggingApi, s3Actions, s3Api } from '../s3/index.ts';
import { serviceQuotasApi } from '../service-quotas/index.ts';
import type { Services } from '../services.ts';
import { sqsActions, sqsApi } from '../sqs/index.ts';
import { ssmActions, ssmApi } from '../ssm/index.ts';
import { stsActions, stsApi } from '../sts/index.ts';
import type { ApiCall, ServiceApis } from './answers.ts';
import { engineLogGroups } from './engine-logs.ts';

interface Service {
  readonly api: (services: Services & { readonly stacks: Stacks }) => ServiceApi;
  /** The actions that its calls need. */
  readonly actions: ActionsOf;
  /** How it answers a denied call. @default - AccessDeniedException with the status 400 */
  readonly denied?: { readonly code?: string; readonly status: number };
}

/** Every service, by its name in signatures: to add one, write its folder and add a line here. */
const SERVICES: ReadonlyMap<string, Service> = new Map<string, Service>([
  ['cloudformation', { api: cloudFormationApi, actions: byName('cloudformation') }],
  ['dynamodb', { api: dynamoDbApi, actions: dynamoDbActions }],
  ['events', { api: eventBridgeApi, actions: eventsActions }],
  ['logs', { api: (services) => logsApi(services, engineLogGroups(services)), actions: byName('logs') }],
  ['pipes', { api: ({ pipes }) => pipesApi(pipes), actions: byName('pipes') }],
  ['monitoring', { api: metricsApi, actions: byName('cloudwatch') }],
  ['s3', { api: s3Api, actions: s3Actions, denied: { code: 'AccessDenied', status: 403 } }],
  ['servicequotas', { api: serviceQuotasApi, actions: byName('servicequotas') }],
  // In the query protocol the code is AccessDenied.
  ['sqs', { api: sqsApi, actions: sqsActions, denied: { status: 403 } }],
  ['ssm', { api: ssmApi, actions: ssmActions }],
  ['sts', { api: stsApi, actions: stsActions }],
  [
    'tagging',
    { api: ({ account, s3 }) => resourceTaggingApi({ account, buckets: s3.buckets }), actions: byName('tag') },
  ],
]);

/** For services that functions seldom call: the operation's own name, on every resource. */
function byName(prefix: string): ActionsOf {
  return (operation) => [{ action: `${prefix}:${operation}`, resource: '*' }];
}

/** The APIs behind the gateway, by the service name in signatures. */
export function serviceApis(services: Services & { readonly stacks: Stacks }): ServiceApis {
  return new Map([...SERVICES].map(([name, { api }]) => [name, api(services)]));
}

/** The actions that a call needs; undefined if they are not listed. */
export function requiredActions(service: string, ...call: Parameters<ActionsOf>): ReturnType<ActionsOf> {
  return SERVICES.get(service)?.actions(...call);
}

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
    const caller = { roleArn: role.arn, session: () => sessionOf(role.name) };
    access.authorize(caller, required, SERVICES.get(service)?.denied);
  };
}
