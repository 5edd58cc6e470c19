import { Command } from 'commander';
import { note, print } from './output.ts';
import { addDev } from './program/dev.ts';
import { addDlq } from './program/dlq.ts';
import { addDoctor } from './program/doctor.ts';
import { addEvents } from './program/events.ts';
import { addMetrics } from './program/metrics.ts';
import { addNew } from './program/new.ts';
import { addOutputs } from './program/outputs.ts';
import { addReconcile } from './program/reconcile.ts';
import { addRegister } from './program/register.ts';
import { addReplay } from './program/replay.ts';
import { addShow } from './program/show.ts';
import { giveTime } from './program/time-factor.ts';
import { addTrace } from './program/trace.ts';

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
