import type { Command } from '@commander-js/extra-typings';
import { withTarget } from '../../options.ts';
import type { OutputsOptions } from './outputs.ts';

export function add(program: Command): void {
  const command = program
    .command('outputs')
    .description("show the stack's outputs: names, ARNs and URLs that other commands need")
    .argument('[key]', 'only the value of this one, such as UsersTableName')
    .option('--json', 'print one JSON object: key to value');
  withTarget(command).action(async (key: string | undefined, options: OutputsOptions) =>
    (await import('./outputs.ts')).outputs(key, options),
  );
}
