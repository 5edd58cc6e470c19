import { createHash } from 'node:crypto';
import { listBusRules, type TriedRule, tryRules } from '../bus-rules/index.ts';
import { newName } from '../deployed/archive.ts';
import { skipsReplays } from '../deployed/rule-pattern.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';
import { deliveredEvent } from '../try-events/index.ts';
import { type MovedEvent, movedEvent, Tally } from './moved-event.ts';

/** What an import would put on a bus. */
export interface ImportPlan {
  /** What the events say they came of, unless that is left out: such as `import-20261129T101500Z-k3x9a`. */
  readonly name: string;
  readonly bus: { readonly name: string; readonly arn: string };
  /** Of the file: the same events in the same order have the same. */
  readonly hash: string;
  readonly events: number;
  readonly types: readonly ImportedType[];
  /** Fields that no contract names, and of how many events each is left out. */
  readonly removed: ReadonlyMap<string, number>;
  /** Lines that cannot be imported; if there are any, nothing is. */
  readonly bad: readonly BadLine[];
  /** How many more there are. */
  readonly moreBad: number;
}

export interface ImportedType {
  readonly type: string;
  readonly events: number;
  /** Who gets them, by the first of them: the subscribers and other rules whose patterns match. */
  readonly receivers: readonly string[];
  /** Subscribers that skip replays, and so imports. */
  readonly skipping: readonly string[];
  /** Those that skip replays, and would get these events all the same: their rules do not ask what an event came of. */
  readonly unguarded: readonly string[];
}

export interface BadLine {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

export interface ImportChoice {
  /** Whether subscribers that skip replays get the events as well. */
  readonly includeSkipped: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Of an import that is continued. @default a new one */
  readonly name?: string | undefined;
}

/** Bad lines that are named. */
const MOST_NAMED = 10;

/**
 * Reads a file of events, checks each by its contract, and finds out who would get them. Publishes nothing.
 * @param lines of the file
 */
export async function planImport(
  on: OnStack,
  lines: AsyncIterable<string>,
  { includeSkipped, now, name = newName('import-', now, Math.random()) }: ImportChoice,
): Promise<ImportPlan> {
  const hash = createHash('sha256');
  const removed = new Tally();
  const bad: BadLine[] = [];
  const first = new Map<string, Extract<MovedEvent, { kind: 'good' }>>();
  const counts = new Map<string, number>();
  let [badLines, line] = [0, 0];
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    hash.update(text).update('\n');
    const moved = movedLine(text);
    if (moved.kind === 'bad') {
      badLines += 1;
      if (bad.length < MOST_NAMED) bad.push({ line, problem: `${moved.type}: ${moved.problem}` });
      continue;
    }
    for (const field of moved.removed) removed.add(field);
    if (!first.has(moved.type)) first.set(moved.type, moved);
    counts.set(moved.type, (counts.get(moved.type) ?? 0) + 1);
  }
  const types: ImportedType[] = [];
  for (const [type, event] of first) {
    types.push({
      type,
      events: counts.get(type) ?? 0,
      ...(await receiversOf(on, event, { name, includeSkipped, now })),
    });
  }
  return {
    name,
    bus: { name: requireOutput(on.stack, 'EventBusName'), arn: requireOutput(on.stack, 'EventBusArn') },
    hash: hash.digest('hex'),
    events: [...counts.values()].reduce((sum, count) => sum + count, 0),
    types,
    removed: removed.counts,
    bad,
    moreBad: badLines - bad.length,
  };
}

/** A line of a file of events. */
export function movedLine(text: string): MovedEvent {
  const event = parseObject(text);
  return event === undefined ? { kind: 'bad', type: 'the line', problem: 'is no JSON object' } : movedEvent(event);
}

/**
 * The detail that is published: with what it came of, as a repair's events have (decision 0013). The rule of a subscriber that
 * skips replays does not match it. An event that says already what it came of keeps that.
 */
export function importedDetail(
  { detail }: { readonly detail: Readonly<Record<string, unknown>> },
  { name, includeSkipped }: { readonly name: string; readonly includeSkipped: boolean },
): Readonly<Record<string, unknown>> {
  const metadata = fieldsOf(detail.metadata);
  return includeSkipped ? detail : { ...detail, metadata: { replayName: name, ...metadata } };
}

async function receiversOf(
  on: OnStack,
  event: Extract<MovedEvent, { kind: 'good' }>,
  choice: Required<ImportChoice> & { readonly name: string },
): Promise<Omit<ImportedType, 'type' | 'events'>> {
  const rules = (await listBusRules(on)).filter(({ kind }) => kind === 'subscriber' || kind === 'other');
  const matching = async (includeSkipped: boolean): Promise<string[]> => {
    const detail = importedDetail(event, { ...choice, includeSkipped });
    const delivered = deliveredEvent({ type: event.type, source: event.source, detail }, on.stack, choice.now);
    return (await tryRules(on, rules, delivered)).filter(isReceiver).map(({ who }) => who);
  };
  const all = await matching(true);
  if (choice.includeSkipped) return { receivers: all, skipping: [], unguarded: [] };
  const receivers = await matching(false);
  const skips = rules.filter(({ pattern }) => skipsReplays(pattern)).map(({ who }) => who);
  return {
    receivers,
    skipping: all.filter((who) => !receivers.includes(who)),
    unguarded: receivers.filter((who) => skips.includes(who)),
  };
}

function isReceiver({ isMatched, isEnabled }: TriedRule): boolean {
  return isMatched && isEnabled;
}

/** Why nothing is imported, in one line; undefined if nothing speaks against it. */
export function importProblem({ events, bad, moreBad, types }: ImportPlan): string | undefined {
  const unguarded = [...new Set(types.flatMap((type) => type.unguarded))].join(', ');
  if (unguarded !== '') {
    return `nothing was imported, because ${unguarded} skips replays, but its rule would match: it does not ask for detail.metadata.replayName; deploy it again, or give the events to it with --include-skipped`;
  }
  if (bad.length > 0) {
    const named = bad.map(({ line, problem }) => `line ${line}: ${problem}`).join('; ');
    return `nothing was imported, because not every line is an event by its contract: ${named}${moreBad > 0 ? `; and ${moreBad} more` : ''}`;
  }
  return events === 0 ? 'the file has no events' : undefined;
}
