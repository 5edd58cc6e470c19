import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand, shellWord } from '../../../operations/aws/target.ts';
import { type OnStack, onStack, requireOutput } from '../../../operations/deployed/stack.ts';
import { count, display, numberText } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import {
  type ImportPlan,
  type ImportProgress,
  importEvents,
  importProblem,
  planImport,
  requireUnchanged,
} from '../../../operations/move-events/index.ts';
import { keepNewSpaceSmall } from '../../heap.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import type { EventsImportOptions } from './command.ts';
import { type ImportKey, type KeptImport, KeptProgress, linesOf } from './event-file.ts';

/**
 * Puts the events of a file on the bus. It continues where an earlier run ended before its end.
 * @throws CommandFailure for a line that is no valid event, before anything is put; and for events that the bus refused
 */
export async function eventsImport(file: string, options: EventsImportOptions): Promise<void> {
  keepNewSpaceSmall();
  await onStack(options, async (on) => {
    const { includeSkipped = false, dryRun, json, yes = false } = options;
    const plan = await planImport(on, linesOf(file), { includeSkipped, now: timeAt(on.target) });
    const kept = new KeptProgress(file);
    const key: ImportKey = { hash: plan.hash, bus: requireOutput(on.stack, 'EventBusArn'), includeSkipped };
    const before = options.fromStart ? undefined : await kept.read(key);
    const done = before?.done ?? 0;
    if (dryRun) print(json ? jsonLine({ ...planJson(plan), done }) : planText(plan, done));
    else note(planText(plan, done));
    const problem = importProblem(plan);
    if (problem !== undefined) throw new CommandFailure(problem);
    if (dryRun) return;
    if (!(await confirm(`Import ${count(plan.events - done, 'event')} into ${on.stack.name}?`, { yes }))) {
      return note('nothing was imported\n');
    }
    await run(on, { file, plan, kept, key, before, options });
  });
}

interface ImportRun {
  readonly file: string;
  readonly plan: ImportPlan;
  readonly kept: KeptProgress;
  readonly key: ImportKey;
  readonly before: KeptImport | undefined;
  readonly options: EventsImportOptions;
}

async function run(on: OnStack, { file, plan, kept, key, before, options }: ImportRun): Promise<void> {
  const { includeSkipped = false, rate, json } = options;
  // A continued import has one name.
  const name = before?.name ?? plan.name;
  const bar = new Progress({ label: 'events imported', total: plan.events });
  let progress: ImportProgress = before ?? { done: 0, refused: [] };
  await stoppable(async (signal) => {
    const onProgress = async (latest: ImportProgress) => {
      progress = latest;
      bar.show(latest.done);
      await kept.write(key, { name, ...latest });
    };
    await requireUnchanged(plan, linesOf(file), file);
    // Before the first event is put: where this cannot be kept, nothing is changed.
    await kept.write(key, { name, ...progress });
    try {
      await importEvents(on, { ...plan, name }, linesOf(file), {
        includeSkipped,
        rate,
        signal,
        from: before,
        onProgress,
      });
    } catch (error) {
      bar.clear();
      note(`${continueText(progress, plan, file, options)}\n`);
      throw error;
    }
    bar.clear();
    if (json) print(jsonLine({ name, events: plan.events, ...progress }));
    if (progress.done < plan.events) return endInterrupted(continueText(progress, plan, file, options));
    await kept.remove();
    const { refused } = progress;
    if (!json) print(`${count(progress.done - refused.length, 'event')} imported as ${name}\n`);
    if (refused.length > 0) throw new CommandFailure(refusedText(refused));
  });
}

function continueText(
  { done }: ImportProgress,
  { events }: ImportPlan,
  file: string,
  options: EventsImportOptions,
): string {
  const command = pipelineCommand(`events import ${shellWord(file)}`, options);
  return display`${numberText(done)} of ${count(events, 'event')} are on the bus; to continue: ${command}`;
}

function refusedText(refused: ImportProgress['refused']): string {
  const named = refused.slice(0, 5).map(({ event, problem }) => display`event ${event} of the file: ${problem}`);
  const others = refused.length > named.length ? `; and ${refused.length - named.length} more` : '';
  return `the bus refused ${count(refused.length, 'event')}: ${named.join('; ')}${others}`;
}

/** What an import would do, for people. @param done of an earlier run */
export function planText({ types, removed, events }: ImportPlan, done: number): string {
  const rows = types.map(({ type, events: number, receivers, skipping }) => [
    type,
    numberText(number),
    receivers.map(({ who, events: some }) => (some < number ? `${who} (${numberText(some)})` : who)).join(', ') ||
      'no rule',
    skipping.join(', '),
  ]);
  return [
    ...(rows.length > 0 ? [columns([['EVENT', 'EVENTS', 'GET THEM', 'SKIP IMPORTS'], ...rows])] : []),
    ...[...removed].map(
      ([field, times]) => display`${field} is left out of ${count(times, 'event')}: its contract does not name it\n`,
    ),
    ...(done > 0
      ? [`${numberText(done)} of ${count(events, 'event')} were imported before; it continues with the others\n`]
      : []),
  ].join('');
}

function planJson({ name, events, types, removed, bad }: ImportPlan): object {
  return { name, events, types, removed: Object.fromEntries(removed), bad };
}
