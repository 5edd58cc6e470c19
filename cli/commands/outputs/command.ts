import type { Command } from '@commander-js/extra-typings';
import { type OptionsOf, withTarget } from '../../options.ts';

const define = (program: Command) =>
  withTarget(
    program
      .command('outputs')
      .description("show the stack's outputs: names, ARNs and URLs that other commands need")
      .argument('[key]', 'show only the value of this output, such as UsersTableName')
      .option('--json', 'print one JSON object: key to value'),
  );

export type OutputsOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (key, options) => (await import('./outputs.ts')).outputs(key, options));
}
