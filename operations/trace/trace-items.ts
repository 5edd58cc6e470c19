import type { FoundStack } from '../deployed/stack.ts';
import { findSubscribers, ownerOf, queueName, ruleOfArn, shortName } from '../deployed/subscribers.ts';
import type { JournalEntry } from '../journal/journal.ts';

/** A line of a function's log. */
export interface LogLine {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly subscriber: string;
  /** As the function wrote it. */
  readonly line: string;
}

/** A trace is built from these: entries of the journal, and lines of logs. */
export type TraceItem =
  | { readonly at: number; readonly entry: JournalEntry; readonly line?: never }
  | { readonly at: number; readonly line: LogLine; readonly entry?: never };

/**
 * Entries and lines in the order in which they happened. The journal has log lines too, at their place among the other entries.
 * Only lines that it no longer has are taken from the log.
 * @param entries in the journal's order
 * @param lines in the order of their times
 */
export function inOrder(entries: readonly JournalEntry[], lines: readonly LogLine[], names: Names): TraceItem[] {
  const fromJournal = entries.map((entry): TraceItem => {
    const { hop, at } = entry;
    if (hop !== 'log') return { at, entry };
    return { at, line: { at, subscriber: names.function(entry.functionName), line: String(entry.line) } };
  });
  const known = new Map<string, number>();
  for (const { line } of fromJournal) {
    if (line !== undefined) known.set(identityOf(line), (known.get(identityOf(line)) ?? 0) + 1);
  }
  const others = lines.filter((line) => {
    const left = known.get(identityOf(line)) ?? 0;
    known.set(identityOf(line), left - 1);
    return left <= 0;
  });
  return merged(
    fromJournal,
    others.map((line): TraceItem => ({ at: line.at, line })),
  );
}

/** Keeps the journal's order of entries, whatever their times are. */
function merged(entries: readonly TraceItem[], lines: readonly TraceItem[]): TraceItem[] {
  const items: TraceItem[] = [];
  let next = 0;
  for (const entry of entries) {
    for (let line = lines[next]; line !== undefined && line.at < entry.at; line = lines[++next]) items.push(line);
    items.push(entry);
  }
  return [...items, ...lines.slice(next)];
}

function identityOf({ subscriber, line }: LogLine): string {
  return `${subscriber}\n${line}`;
}

/** A queue's subscriber, and which of its two queues it is. */
export interface NamedQueue {
  readonly subscriber: string;
  readonly isDlq: boolean;
}

/** Subscribers by the physical names of their resources. */
export interface Names {
  queue(nameOrArn: unknown): NamedQueue;
  rule(name: unknown): string;
  function(name: unknown): string;
  /** Whether it is the stack's pipe of new rows. */
  isPipe(name: unknown): boolean;
  /** Whether it is the pipe that is there for such a change: INSERT, MODIFY or REMOVE. The other one's filter drops it. */
  isPipeFor(change: unknown, name: unknown): boolean;
}

/**
 * Names by the stack's outputs. For the resources of another team's stack, the physical name has to do.
 * @param functions subscribers by the physical names of their functions
 */
export function namesOf(stack: FoundStack, functions: ReadonlyMap<string, string> = new Map()): Names {
  const subscribers = findSubscribers(stack);
  const queues = new Map<string, NamedQueue>();
  for (const { name: subscriber, queueUrl, dlqUrl } of subscribers) {
    queues.set(queueName(queueUrl), { subscriber, isDlq: false });
    queues.set(queueName(dlqUrl), { subscriber, isDlq: true });
  }
  const rules = new Map(subscribers.map(({ name, ruleArn }) => [ruleOfArn(ruleArn).name, name]));
  const { PipeName, DeletionPipeName } = stack.outputs;
  const short = (name: unknown) => shortName(String(name), stack.name);
  return {
    queue: (nameOrArn) =>
      queues.get(String(nameOrArn).split(':').at(-1) as string) ?? queueByShortName(short(nameOrArn)),
    rule: (name) => rules.get(String(name)) ?? ownerOf(short(name), 'Rule'),
    isPipe: (name) => name === PipeName,
    isPipeFor: (change, name) => name === (change === 'REMOVE' ? (DeletionPipeName ?? name) : PipeName),
    function: (name) => functions.get(String(name)) ?? ownerOf(short(name), 'Function'),
  };
}

function queueByShortName(name: string): NamedQueue {
  const isDlq = name.endsWith('DeadLettersQueue');
  return { subscriber: ownerOf(name, isDlq ? 'DeadLettersQueue' : 'Queue'), isDlq };
}
