import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Desk } from './operators.ts';

/** Commands whose modules are loaded when they run: they are loaded now, since that takes time that is not simulated. */
const COMMANDS = [
  () => import('../../../cli/commands/dlq/list.ts'),
  () => import('../../../cli/commands/dlq/show.ts'),
  () => import('../../../cli/commands/dlq/redrive.ts'),
  () => import('../../../cli/commands/dlq/purge.ts'),
  () => import('../../../cli/commands/dlq/edit.ts'),
  () => import('../../../cli/commands/reconcile/reconcile.ts'),
  () => import('../../../cli/commands/replay/replay.ts'),
  () => import('../../../cli/commands/events/events.ts'),
  () => import('../../../cli/commands/events/export.ts'),
  () => import('../../../cli/commands/events/import.ts'),
  () => import('../../../cli/commands/trace/trace.ts'),
  () => import('../../../cli/commands/show/show.ts'),
  () => import('../../../cli/commands/doctor/doctor.ts'),
];

/** Loads the CLI, and makes a folder that is removed when the process ends. */
export async function makeDesk(): Promise<Desk> {
  const { createProgram } = await import('../../../cli/program.ts');
  const { runProgram } = await import('../../../cli/output/run-program.ts');
  for (const load of COMMANDS) await load();
  const { forgetTimes } = await import('../../../operations/aws/pipeline-time.ts');
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-operators-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    forget: forgetTimes,
    command: (args) => runProgram({ parseAsync: () => createProgram().parseAsync([...args], { from: 'user' }) }),
  };
}
