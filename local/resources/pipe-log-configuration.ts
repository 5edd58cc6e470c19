import { arnOf } from '../account.ts';
import { logGroupName } from '../logs/log-group.ts';
import { logWriting } from '../logs/log-writing.ts';
import { PipeLog } from '../pipes/pipe-log.ts';
import type { Creation, PropertyShape } from './resource-type.ts';

/** Whatever is not in it, such as execution data or another destination, is refused with the template. */
export const LOG_CONFIGURATION: PropertyShape = {
  Level: 'used',
  CloudwatchLogsLogDestination: { LogGroupArn: 'used' },
};

interface LogConfiguration {
  readonly Level?: string;
  readonly CloudwatchLogsLogDestination?: { readonly LogGroupArn: string };
}

const DELIVERY_SERVICE = 'delivery.logs.amazonaws.com';

/**
 * The log of a pipe, undefined for one that logs nothing. The delivery service of CloudWatch Logs brings the lines, so that
 * policies of the log group let it, and the pipe's role has no part in it. That AWS adds such a policy where whoever makes the
 * pipe may write policies does not happen here: the template brings its own.
 * Source: CloudWatch Logs user guide, Logs sent to CloudWatch Logs. What `aws:SourceArn` names behind the account is not
 * documented.
 * @throws Error for a level that is not known here
 */
export function pipeLog({ physicalName, identity, properties, services }: Creation): PipeLog | undefined {
  const { Level = 'OFF', CloudwatchLogsLogDestination } = (properties.LogConfiguration ?? {}) as LogConfiguration;
  if (Level !== 'OFF' && Level !== 'ERROR')
    throw new Error(`logs at the level ${Level}; known here are OFF and ERROR.`);
  if (Level === 'OFF' || CloudwatchLogsLogDestination === undefined) return undefined;
  const { account, access, clock, journal, logs } = services;
  const group = logGroupName(CloudwatchLogsLogDestination.LogGroupArn);
  const context = {
    'aws:sourceaccount': account.id,
    'aws:sourcearn': arnOf(account, 'logs', `delivery:${physicalName}`),
  };
  const leave = access.standingOfService(
    DELIVERY_SERVICE,
    logWriting(account, group, () => context),
  );
  logs.createGroup(group);
  return new PipeLog({
    pipeArn: identity.attributes.Arn ?? '',
    targetArn: String(properties.Target),
    clock,
    write: (line) => {
      if (!leave.isGranted()) return;
      journal.write('pipe-log', { pipe: physicalName, line });
      logs.write(group, line);
    },
  });
}
