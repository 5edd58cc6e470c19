import { Command } from 'commander';
import { addDev } from './commands/dev/command.ts';
import { addDlq } from './commands/dlq/command.ts';
import { addDoctor } from './commands/doctor/command.ts';
import { addEvents } from './commands/events/command.ts';
import { addMetrics } from './commands/metrics/command.ts';
import { addNew } from './commands/new/command.ts';
import { addOutputs } from './commands/outputs/command.ts';
import { addReconcile } from './commands/reconcile/command.ts';
import { addRegister } from './commands/register/command.ts';
import { addReplay } from './commands/replay/command.ts';
import { addShow } from './commands/show/command.ts';
import { addTrace } from './commands/trace/command.ts';
import { note, print } from './output/output.ts';
import { giveTime } from './time-factor.ts';

/** The commands and their options. What a command does is loaded when it is run, so that help comes at once. */
export function createProgram(): Command {
  const program = new Command('pipeline')
    .description('Runs and operates the pipeline that gives every user who signs up a bucket.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: note,
      outputError: (text, write) => write(`${text.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`),
    })
    .addHelpText('after', '\nExit codes: 0 done, 1 found or failed, 2 wrong usage.')
    .hook('preAction', (_program, command) => giveTime(command, process.env));

  // A command inherits how errors are shown only if it is made after that is set.
  for (const add of [
    addDev,
    addRegister,
    addShow,
    addTrace,
    addDoctor,
    addMetrics,
    addOutputs,
    addEvents,
    addReplay,
    addDlq,
    addReconcile,
    addNew,
  ])
    add(program);
  return program;
}
