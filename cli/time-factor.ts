import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { timeFactorOf } from '../operations/time/time-factor.ts';

/**
 * Gives a command more time on a slow machine: the seconds of `--timeout`, where they are the default, times
 * `PIPELINE_TIME_FACTOR`.
 * @throws UsageError for a factor that is none, before the command does anything
 */
export function giveTime(command: CommandUnknownOpts, env: Readonly<Record<string, string | undefined>>): void {
  const factor = timeFactorOf(env);
  if (command.getOptionValueSource('timeout') !== 'default') return;
  command.setOptionValueWithSource('timeout', Number(command.getOptionValue('timeout')) * factor, 'default');
}
