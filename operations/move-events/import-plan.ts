import { createHash } from 'node:crypto';
import { listBusRules } from '../bus-rules/index.ts';
import { newName } from '../deployed/archive.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import { inexactNumbers, inexactText } from '../messages/exact-numbers.ts';
import { objectProblem, parseObject } from '../messages/json-fields.ts';
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
  const hash = new FileHash();
  const removed = new Tally();
  const bad: BadLine[] = [];
  const found = new Map<string, TypeReceivers>();
  const choice = { name, includeSkipped, now };
  let [badLines, line] = [0, 0];
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    hash.add(text);
    const moved = movedLine(text);
    if (moved.kind === 'bad') {
      badLines += 1;
      if (bad.length < MOST_NAMED) bad.push({ line, problem: badLineText(moved) });
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
    hash: hash.value(),
    events: types.reduce((sum, { events }) => sum + events, 0),
    types,
    removed: removed.counts,
    bad,
    moreBad: badLines - bad.length,
  };
}

/** What is the same for the same events in the same order. */
class FileHash {
  readonly #hash = createHash('sha256');

  /** @param text a line that is not empty */
  add(text: string): void {
    this.#hash.update(text).update('\n');
  }

  value(): string {
    return this.#hash.digest('hex');
  }
}

/**
 * Reads a file once more before its events are put: someone may have looked at the plan for long, and what is no file, such as a
 * pipe, can be read only once.
 * @param name of the file
 * @throws CommandFailure if its events are no longer those of the plan
 */
export async function requireUnchanged(
  plan: Pick<ImportPlan, 'hash'>,
  lines: AsyncIterable<string>,
  name: string,
): Promise<void> {
  const hash = new FileHash();
  for await (const text of lines) if (text.trim() !== '') hash.add(text);
  if (hash.value() === plan.hash) return;
  throw new CommandFailure(
    `${name} has changed since it was read, or can be read only once; nothing was put on the bus`,
  );
}

/** A line of a file of events. */
export function movedLine(text: string): MovedEvent {
  const event = parseObject(text);
  if (event === undefined) return { kind: 'bad', type: '', problem: objectProblem(text) };
  const moved = movedEvent(event);
  return moved.kind === 'bad' ? moved : (inexactLine(text, moved) ?? moved);
}

/** A line with a number that would be another one on the bus, unless it is known to be in a field that is left behind. */
function inexactLine(text: string, { type, detail }: Extract<MovedEvent, { kind: 'good' }>): MovedEvent | undefined {
  const numbers = inexactNumbers(text);
  if (numbers.length === 0) return undefined;
  const kept = JSON.stringify(detail);
  const found = numbers.find(({ field }) => field === undefined || kept.includes(`${JSON.stringify(field)}:`));
  return found && { kind: 'bad', type, problem: inexactText(found) };
}

/** What is wrong with a line: of an event, with its name. */
export function badLineText({ type, problem }: { readonly type: string; readonly problem: string }): string {
  return type === '' ? problem : `${type}: ${problem}`;
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
