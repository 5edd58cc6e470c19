import { killFunction, killInNextInvocation, onEngine, previewKill } from '../../../operations/lab/index.ts';
import { display } from '../../../operations/messages/display.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { jsonLine, print } from '../../output/output.ts';
import type { LabKillOptions } from './command.ts';

/** Kills the function of a subscriber, now or in its next invocation. @throws UsageError on AWS, and for an unknown name */
export async function labKill(subscriber: string, options: LabKillOptions): Promise<void> {
  const { next, at, before, dryRun, json } = options;
  if (next || at !== undefined) {
    const when = before ? ('before' as const) : ('after' as const);
    const fault = await onEngine(options, (on) => killInNextInvocation(on, subscriber, { at, when }));
    return void print(json ? jsonLine(fault) : display`fault ${fault.id}: ${fault.text}\n`);
  }
  if (before) throw new UsageError('--before needs --next or --at: now there is no call to wait for');
  const killed = await onEngine(options, (on) => (dryRun ? previewKill : killFunction)(on, subscriber));
  if (json) return void print(jsonLine(killed));
  const { invocations } = killed;
  const what = `${invocations === 0 ? 'no' : invocations} ${invocations === 1 ? 'invocation' : 'invocations'}`;
  print(display`${dryRun ? 'would kill' : 'killed'} the function of ${subscriber}, with ${what}\n`);
}
