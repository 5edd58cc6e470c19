import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../../cdk/synthesize.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { jsonLine, print } from '../../output/output.ts';
import { planSubscriber } from './plan-subscriber.ts';
import { asCommandFailure, listed } from './scaffold-report.ts';
import { writeNewFiles } from './write-new-files.ts';

export interface NewSubscriberOptions {
  /** The event that it wants. */
  readonly on?: string;
  readonly json?: boolean;
}

/**
 * Makes the folder of a new subscriber and its test. Nothing else changes.
 * @throws UsageError for a name or an event that cannot be, before anything is written
 * @throws CommandFailure for a file that cannot be written; then nothing is left behind
 */
export async function newSubscriber(name: string, { on, json }: NewSubscriberOptions): Promise<void> {
  const plan = planSubscriber({ name, event: on }, (path) => existsSync(join(PROJECT_FOLDER, path)));
  if ('refused' in plan) throw new UsageError(plan.refused);
  await writeNewFiles(PROJECT_FOLDER, plan.files).catch(asCommandFailure);

  const files = plan.files.map(({ path }) => path);
  if (json) print(jsonLine({ name, event: on, files }));
  else print(`${report(name, on ?? '', files)}\n`);
}

function report(name: string, event: string, files: readonly string[]): string {
  return `Wrote
${listed(files)}

It takes every ${event} and logs what it decides about it. Yours to write:
${duties(name)}

Next:
  npx pipeline dev --logs ${name}
                  delivers events to it here, shows what it logs, and loads what you save
  npm test        checks it with everything else
  npx cdk synth   has its rule, queue, dead-letter queue, function, alarms and role`;
}

/** What the developer writes where. */
function duties(name: string): string {
  const lines = [
    [`${name}.ts`, 'what it decides'],
    ['handler.ts', 'what comes of that'],
    ['subscription.ts', 'what it may touch for that, and whether replays reach it'],
  ] as const;
  const widest = Math.max(...lines.map(([file]) => file.length));
  return lines.map(([file, what]) => `  ${file.padEnd(widest)}   ${what}`).join('\n');
}
