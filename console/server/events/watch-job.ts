import { pipelineCommand } from '../../../operations/aws/target.ts';
import { type OnStack, onStack, requireOutput } from '../../../operations/deployed/stack.ts';
import { watchBus } from '../../../operations/live-events/index.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import type { JobNews, JobPlan } from '../jobs.ts';
import type { Asked } from '../route.ts';
import { type LiveTail, tailOf } from './live-tail.ts';

/** Without a page that shows the events for so long, it ends: a queue that is asked again and again costs money. */
const MOST_UNWATCHED_MS = 300_000;

/**
 * Plans to watch the bus of a stack on AWS by a temporary rule and queue. They are removed when the job ends.
 * @throws CommandFailure on the local engine, whose bus needs no rule for that
 */
export async function planWatchJob({ target, jobs }: Asked): Promise<JobPlan> {
  const bus = await onStack(target, async (on) => {
    if ('endpoint' in on.target) throw new CommandFailure('the events of the engine are shown without a rule');
    return requireOutput(on.stack, 'EventBusName');
  });
  return {
    kind: 'watch-events',
    title: `Watch the bus ${bus}`,
    command: pipelineCommand('events --follow', target),
    run: (signal, report) => onStack(target, (on) => watch(on, tailOf(jobs), signal, report)),
  };
}

async function watch(on: OnStack, tail: LiveTail, signal: AbortSignal, report: (news: JobNews) => void): Promise<void> {
  const lines: string[] = [];
  const onNote = (text: string) => {
    lines.push(text);
    report({ lines: [...lines] });
  };
  const left: string[] = [];
  tail.begin();
  let done = 0;
  for await (const events of watchBus(on, { signal, onNote, onLeftBehind: (text) => left.push(text) })) {
    tail.add(events);
    done += events.length;
    report({ progress: { done, unit: 'events' } });
    if (tail.unwatchedMs < MOST_UNWATCHED_MS) continue;
    onNote('It ended because no page showed the events for five minutes.');
    break;
  }
  if (left.length > 0) throw new CommandFailure(left.join('; '));
  onNote('The temporary rule and queue are removed.');
}
