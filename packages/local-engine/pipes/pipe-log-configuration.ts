import type { Creation, PropertyShape } from '../cloudformation/template/resource-type.ts';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { type LogLines, logGroupName } from '../logs/index.ts';
import { PipeLog } from './pipe-log.ts';

/** What a pipe's log is written to. */
export interface PipeLogServices {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly logs: LogLines;
}

/** Whatever is not in it, such as execution data or another destination, is refused with the template. */
export const LOG_CONFIGURATION: PropertyShape = {
  Level: 'used',
  CloudwatchLogsLogDestination: { LogGroupArn: 'used' },
};

interface LogConfiguration {
  readonly Level?: string;
  readonly CloudwatchLogsLogDestination?: { readonly LogGroupArn: string };
}

/**
 * The log of a pipe, undefined for one that logs nothing. The delivery service of CloudWatch Logs brings the lines. AWS itself
 * adds the policy that lets it to the log group, when the pipe is made; so nothing of the template is asked, and neither is the
 * pipe's role.
 * Source: terraform-provider-aws issue 47111, with the answer of AWS support (2026-03). What the deploying role needs for it is
 * not judged here: docs/deploying.md lists it.
 * @throws Error for a level that is not known here
 */
export function pipeLog({
  physicalName,
  identity,
  properties,
  services,
}: Creation<PipeLogServices>): PipeLog | undefined {
  const { Level = 'OFF', CloudwatchLogsLogDestination } = (properties.LogConfiguration ?? {}) as LogConfiguration;
  if (Level !== 'OFF' && Level !== 'ERROR')
    throw new Error(`logs at the level ${Level}; known here are OFF and ERROR.`);
  if (Level === 'OFF' || CloudwatchLogsLogDestination === undefined) return undefined;
  const { clock, journal, logs } = services;
  const group = logGroupName(CloudwatchLogsLogDestination.LogGroupArn);
  logs.createGroup(group);
  return new PipeLog({
    pipeArn: identity.attributes.Arn ?? '',
    targetArn: String(properties.Target),
    clock,
    write: (line) => {
      journal.write('pipe-log', { pipe: physicalName, line });
      logs.write(group, line);
    },
  });
}
