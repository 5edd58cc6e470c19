import {
  type Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from '@commander-js/extra-typings';
import { timeFactorOf } from '../operations/time/waiting.ts';

/**
 * The options of a command, as its definition has them: their types are written nowhere else. A flag may also be false.
 *
 * @example
 * const define = (program: Command) => withTarget(program.command('doctor').option('--json', '…'));
 * export type DoctorOptions = OptionsOf<typeof define>; // { json?: boolean; port?: number; stack?: string }
 */
export type OptionsOf<TDefine extends (parent: Command) => CommandUnknownOpts> = WithFlags<
  ReturnType<ReturnType<TDefine>['opts']>
>;

type WithFlags<TOptions> = {
  readonly [Name in keyof TOptions]: [TOptions[Name]] extends [true | undefined] ? boolean : TOptions[Name];
};

/** Gives a command the options that say where the pipeline is: on this machine, or on AWS. */
export function withTarget<TArgs extends unknown[], TOptions extends OptionValues>(command: Command<TArgs, TOptions>) {
  return command
    .option('--port <n>', 'port of the local engine (default: AWS_ENDPOINT_URL, or 4566)', wholeNumber(1, 65_535))
    .addOption(
      new Option('--stack <name>', 'a stack on AWS instead of the local engine (default: PIPELINE_STACK)').conflicts(
        'port',
      ),
    );
}

/** Reads an option that is a whole number. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Reads an option that may be given several times. */
export function oneMore(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}

/**
 * Gives a command more time on a slow machine: multiplies the default of `--timeout` by
 * `PIPELINE_TIME_FACTOR`.
 * @throws UsageError for an invalid factor
 */
export function giveTime(command: CommandUnknownOpts, env: Readonly<Record<string, string | undefined>>): void {
  const factor = timeFactorOf(env);
  if (command.getOptionValueSource('timeout') !== 'default') return;
  command.setOptionValueWithSource('timeout', Number(command.getOptionValue('timeout')) * factor, 'default');
}
