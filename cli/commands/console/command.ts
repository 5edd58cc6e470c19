import type { Command } from '@commander-js/extra-typings';
import { type OptionsOf, wholeNumber, withTarget } from '../../options.ts';

const NOTES = `
The page shows what the commands show, by the same operations. It is served to this machine alone.
For a stack on AWS it is read-only; with --write it may also change something, with your credentials.
npm start serves the page too.`;

const define = (program: Command) =>
  withTarget(
    program
      .command('console')
      .description('show the pipeline on a web page of this machine')
      .option(
        '--console-port <n>',
        "port of the page (default: the engine's plus 1000, or 5566; any free one if it is in use)",
        wholeNumber(0, 65_535),
      )
      .option('--open', 'open the page in the browser')
      .option('--write', 'let the page change a stack on AWS (the local engine may always be changed)'),
  ).addHelpText('after', NOTES);

export type ConsoleOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (options) => (await import('./serve.ts')).serve(options));
}
