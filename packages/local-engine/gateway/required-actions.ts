import { dynamoDbActions } from '../dynamodb/required-actions.ts';
import { eventsActions } from '../eventbridge/required-actions.ts';
import type { ActionsOf } from '../iam/required-action.ts';
import { s3Actions } from '../s3/index.ts';
import { sqsActions } from '../sqs/index.ts';
import { ssmActions } from '../ssm/required-actions.ts';

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
