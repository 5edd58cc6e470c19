import type { MessageSummary, QueueLine, QueueSummary } from '../../../operations/dead-letters/index.ts';
import { columns, jsonLine } from '../../output/output.ts';

const USERS_IN_JSON = 5;

/** A summary for `--json`. */
export function summaryJson({ size, kinds, reasons, records, users, unreadable }: MessageSummary): object {
  return {
    size,
    kinds,
    reasons: Object.fromEntries([...reasons].map(([kind, times]) => [kind, Object.fromEntries(times)])),
    users: users.slice(0, USERS_IN_JSON),
    ...(kinds.pipe > 0 && { records }),
    ...(unreadable.size > 0 && { unreadable: Object.fromEntries(unreadable) }),
  };
}

/** One line of JSON for a queue. */
export function planJson({ name, depth, most, summary, looked }: QueueSummary): string {
  return jsonLine({
    queue: name,
    messages: depth.waiting,
    inFlight: depth.inFlight,
    meant: most,
    ...(looked !== undefined && { chosenFrom: looked }),
    looked: summaryJson(summary),
  });
}

/** Lines about queues, for people. */
export function linesText(lines: readonly QueueLine[]): string {
  return columns(lines.map(({ queue, text }) => [queue, text]));
}
