import { Command } from '@commander-js/extra-typings';
import { giveTime } from './options.ts';
import { note, print } from './output/output.ts';

/**
 * The commands, in the order of the help. A folder's `command.ts` defines its arguments, options and help; what it does is
 * loaded when it runs, so that help comes at once.
 */
const COMMANDS = await Promise.all([
  import('./commands/dev/command.ts'),
  import('./commands/console/command.ts'),
  import('./commands/register/command.ts'),
  import('./commands/show/command.ts'),
  import('./commands/trace/command.ts'),
  import('./commands/doctor/command.ts'),
  import('./commands/metrics/command.ts'),
  import('./commands/outputs/command.ts'),
  import('./commands/events/command.ts'),
  import('./commands/contracts/command.ts'),
  import('./commands/replay/command.ts'),
  import('./commands/dlq/command.ts'),
  import('./commands/reconcile/command.ts'),
  import('./commands/lab/command.ts'),
  import('./commands/new/command.ts'),
  import('./commands/deploy/command.ts'),
  import('./commands/destroy/command.ts'),
]);

export function createProgram(): Command {
  const program = new Command('pipeline')
    .description('Runs and operates the pipeline that gives every user who signs up a bucket.')
    .helpCommand(false)
    // An option belongs to the command whose name is the last before it.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: note,
      outputError: (text, write) => write(`${text.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`),
    })
    .addHelpText('after', '\nExit codes: 0 done, 1 found or failed, 2 wrong usage, 130 interrupted.')
    .hook('preAction', (_program, command) => giveTime(command, process.env));
  // A command inherits how errors are shown, so it is added after that is set.
  for (const { add } of COMMANDS) add(program);
  return program;
}
