import { createHash } from 'node:crypto';
import { listBusRules } from '../bus-rules/index.ts';
import { newName } from '../deployed/archive.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { parseObject } from '../messages/json-fields.ts';
import { type ImportChoice, type ImportedType, TypeReceivers } from './import-receivers.ts';
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

export interface BadLine {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
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
  const rules = (await listBusRules(on)).filter(
    ({ kind, isEnabled }) => isEnabled && (kind === 'subscriber' || kind === 'other'),
  );
  const hash = createHash('sha256');
  const removed = new Tally();
  const bad: BadLine[] = [];
  const found = new Map<string, TypeReceivers>();
  const choice = { name, includeSkipped, now };
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
    const type = found.get(moved.type) ?? new TypeReceivers(on, rules, moved, choice);
    found.set(moved.type, type);
    type.add(moved);
  }
  const types: ImportedType[] = [];
  for (const [type, receivers] of found) types.push({ type, ...(await receivers.found()) });
  return {
    name,
    bus: { name: requireOutput(on.stack, 'EventBusName'), arn: requireOutput(on.stack, 'EventBusArn') },
    hash: hash.digest('hex'),
    events: types.reduce((sum, { events }) => sum + events, 0),
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
