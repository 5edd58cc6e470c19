import type { Creation } from '../cloudformation/template/resource-type.ts';
import type { Account } from '../core/account.ts';
import type { Access, Caller, Permission } from '../iam/access.ts';
import type { RequiredAction } from '../iam/required-action.ts';
import type { Roles } from '../iam/roles.ts';
import { logWriting } from '../logs/index.ts';
import type { LambdaFunction } from './lambda.ts';

/** What a function's role is judged by. */
export interface RoleServices {
  readonly account: Account;
  readonly roles: Roles;
  readonly access: Access;
}

/** What a function needs to be traced. Whether AWS asks for the second at creation too is not confirmed. */
const TRACING = ['PutTraceSegments', 'PutTelemetryRecords'];

/** What Lambda needs to take messages from a queue. Source: Lambda developer guide, using Lambda with Amazon SQS. */
const POLLING = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/**
 * Tries a function's role out, as CreateFunction does. Which condition keys Lambda has when it takes a role on is not
 * confirmed; here it has none.
 * @throws Error in the words of Lambda, with what is missing
 */
export function checkFunctionRole({ physicalName, properties, services }: Creation<RoleServices>): void {
  const { roles, access } = services;
  const roleArn = String(properties.Role);
  if (!roles.find(roleArn)?.canBeAssumedBy('lambda.amazonaws.com', {})) {
    throw new Error(
      `The role defined for the function cannot be assumed by Lambda. (${roleArn} is not here, or its trust policy does not allow it.)`,
    );
  }
  const { Mode } = (properties.TracingConfig ?? {}) as { Mode?: string };
  if (Mode !== 'Active') return;
  const caller: Caller = { roleArn, session: () => physicalName };
  for (const name of TRACING) {
    const denial = access.findDenial(caller, [{ action: `xray:${name}`, resource: '*' }]);
    if (denial) throw new Error(refusal(name, 'XRAY', denial.message));
  }
}

/**
 * Tries out what an event source mapping needs of its function's role, as CreateEventSourceMapping does.
 * @throws Error in the words of Lambda, with what is missing
 */
export function checkMappingRole({ access }: RoleServices, target: LambdaFunction, queueArn: string): void {
  const denial = access.findDenial(callerOf(target), polling(queueArn));
  if (denial) throw new Error(refusal(denial.action.replace('sqs:', ''), 'SQS', denial.message));
}

/** Leave to take messages, for as long as the mapping works. */
export function pollingLeave({ access }: RoleServices, target: LambdaFunction, queueArn: string): Permission {
  return access.permission(() => callerOf(target), polling(queueArn));
}

/**
 * Leave to write the function's log. Without it, as on AWS, the function runs and what it logs is lost.
 * Source: Lambda developer guide, sending function logs to CloudWatch Logs.
 */
export function loggingLeave(
  { access, account }: RoleServices,
  { roleArn, functionName, logGroup }: { roleArn: string; functionName: string; logGroup: string },
): Pick<Permission, 'isGranted'> {
  return access.permission(() => ({ roleArn, session: () => functionName }), logWriting(account, logGroup));
}

function callerOf({ roleArn, name }: LambdaFunction): Caller {
  return { roleArn, session: () => name };
}

function polling(queueArn: string): RequiredAction[] {
  return POLLING.map((name) => ({ action: `sqs:${name}`, resource: queueArn }));
}

function refusal(operation: string, service: string, reason: string): string {
  return `The provided execution role does not have permissions to call ${operation} on ${service}. (${reason})`;
}
