import type { JournalEntry } from '../../../packages/local-engine/index.ts';
import { describeFault } from '../faults/index.ts';
import type { Violation } from '../promises/index.ts';
import { BEGINS_AT } from '../world/world.ts';
import type { Plan } from './plan.ts';

/** Fields that say what happened at a hop, in the order in which they are shown. */
const TOLD = ['detailType', 'operation', 'status', 'outcome', 'code', 'when', 'errorType', 'receives', 'matched'];

const LONGEST_LINE = 160;

/** What a schedule broke, what it did, and the hops of the first user concerned. */
export function describeFailure(
  plan: Plan,
  violations: readonly Violation[],
  entries: readonly JournalEntry[],
): string {
  const [userId] = violations.flatMap((violation) => violation.userId ?? []);
  return [
    `seed ${plan.seed} breaks a promise:`,
    ...violations.map((violation) => `  ${violation.userId ?? 'the stage'}: ${violation.what}`),
    'with the least that is needed:',
    ...plan.registrations.map((user) => `  ${user.atMs} ms: ${user.userId} signs up`),
    ...(plan.faults.length > 0 ? plan.faults.map((fault) => `  ${describeFault(fault)}`) : ['  no fault']),
    ...(userId === undefined ? [] : [`what happened to ${userId}:`, ...traceOf(userId, entries)]),
  ].join('\n');
}

/** Entries that name the user, or an id that occurred together with the user. */
function traceOf(userId: string, entries: readonly JournalEntry[]): string[] {
  const ids = new Set<string>();
  const lines: string[] = [];
  for (const entry of entries) {
    const text = JSON.stringify(entry);
    const isOwn = text.includes(userId) || [...ids].some((id) => text.includes(id));
    if (!isOwn) continue;
    for (const name of ['eventId', 'messageId']) if (typeof entry[name] === 'string') ids.add(entry[name]);
    lines.push(`  ${`${entry.at - BEGINS_AT} ms`.padStart(12)}  ${entry.hop}${told(entry)}`.slice(0, LONGEST_LINE));
  }
  return lines;
}

function told(entry: JournalEntry): string {
  const fields = TOLD.filter((name) => entry[name] !== undefined).map((name) => `${name}=${entry[name]}`);
  if (entry.hop === 'log') {
    const { message, reason } = parsed(String(entry.line));
    fields.push(String(message ?? ''), String(reason ?? ''));
  }
  return fields.length > 0 ? `  ${fields.join(' ').trim()}` : '';
}

function parsed(line: string): { readonly message?: unknown; readonly reason?: unknown } {
  try {
    return JSON.parse(line);
  } catch {
    return { message: line };
  }
}
