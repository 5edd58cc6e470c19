import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { UsageError } from '../operations/messages/errors.ts';
import { TimeFactorError, timeFactorOf } from '../packages/local-engine/core/time-factor.ts';

/**
 * Gives a command more time on a slow machine: the seconds of `--timeout`, where they are the default, times
 * `PIPELINE_TIME_FACTOR`.
 * @throws UsageError for a factor that is none, before the command does anything
 */
export function giveTime(command: CommandUnknownOpts, env: Readonly<Record<string, string | undefined>>): void {
  const factor = factorIn(env);
  if (command.getOptionValueSource('timeout') !== 'default') return;
  command.setOptionValueWithSource('timeout', Number(command.getOptionValue('timeout')) * factor, 'default');
}

function factorIn(env: Readonly<Record<string, string | undefined>>): number {
  try {
    return timeFactorOf(env);
  } catch (error) {
    throw error instanceof TimeFactorError ? new UsageError(error.message, { cause: error }) : error;
  }
}
