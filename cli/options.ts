import { type Command, InvalidArgumentError, Option } from 'commander';

/** Gives a command the options that say where the pipeline is: on this machine, or on AWS. */
export function withTarget(command: Command): Command {
  return command
    .option('--port <n>', 'port of the local engine (default: AWS_ENDPOINT_URL, or 4566)', wholeNumber(1, 65_535))
    .addOption(
      new Option(
        '--stack <name>',
        'a stack on AWS instead of the local engine (default: PIPELINE_STACK, if it is set)',
      ).conflicts('port'),
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
export function oneMore(text: string, previous: readonly string[]): string[] {
  return [...previous, text];
}
