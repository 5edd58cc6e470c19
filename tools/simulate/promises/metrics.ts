import type { JournalEntry } from '../../../packages/local-engine/index.ts';
import type { Violation } from './violation.ts';

/** What one function reported, and what it did. */
interface Count {
  /** By its metrics. */
  handled: number;
  failed: number;
  /** By its log. */
  failedLines: number;
  /** By its answers to Lambda. */
  acknowledged: number;
  returned: number;
  /** Events of invocations that ended without an answer: what they reported counts, or not. */
  unanswered: number;
}

interface Metrics {
  readonly EventsHandled?: number | readonly number[];
  readonly EventsFailed?: number | readonly number[];
  readonly RegistrationToUri?: number | readonly number[];
}

/**
 * Whether the services' metrics agree with what happened: each event that a function acknowledged counts once as handled, and each
 * that it gave back once as failed. What a function did that died before it could report is missing from both.
 */
export class MetricChecks {
  readonly #counts = new Map<string, Count>();
  /** Waits of users that no one can have waited: clocks may differ, and be set. */
  readonly #wrongWaits: Violation[] = [];
  /** Batches without an answer yet. */
  readonly #open = new Map<string, { readonly functionName: unknown; readonly size: number }>();

  note(entry: JournalEntry): void {
    const { hop, functionName } = entry;
    if (hop === 'batch') {
      const size = (entry.messageIds as readonly string[]).length;
      this.#open.set(String(entry.requestId), { functionName, size });
    }
    if (hop === 'log') this.#line(this.#of(functionName), String(entry.line));
    else if (hop === 'invocation' && this.#open.has(String(entry.requestId))) {
      this.#answer(this.#of(functionName), entry);
    }
  }

  /** The engine was killed with its functions: what they work on is never answered. */
  cutOff(): void {
    for (const { functionName, size } of this.#open.values()) this.#of(functionName).unanswered += size;
    this.#open.clear();
  }

  get violations(): readonly Violation[] {
    const ofCounts = [...this.#counts].flatMap(([name, count]) => {
      const said = `${count.handled} handled and ${count.failed} failed`;
      const did = `${count.acknowledged} acknowledged and ${count.returned} given back`;
      const isSure = count.unanswered === 0;
      const agree = isSure
        ? count.handled === count.acknowledged && count.failed === count.returned
        : count.handled >= count.acknowledged &&
          count.failed >= count.returned &&
          count.handled + count.failed <= count.acknowledged + count.returned + count.unanswered;
      const isLogged = isSure ? count.failed === count.failedLines : count.failed <= count.failedLines;
      return [
        ...(agree ? [] : [{ what: `the metrics of ${name} say ${said} events, but it has ${did}` }]),
        ...(isLogged ? [] : [{ what: `${name} counts ${count.failed} failed events, and logs ${count.failedLines}` }]),
      ];
    });
    return [...ofCounts, ...this.#wrongWaits];
  }

  #of(functionName: unknown): Count {
    const name = String(functionName);
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const count = { handled: 0, failed: 0, failedLines: 0, acknowledged: 0, returned: 0, unanswered: 0 };
    this.#counts.set(name, count);
    return count;
  }

  /** Metrics are log lines in CloudWatch's embedded metric format. */
  #line(count: Count, line: string): void {
    if (line.startsWith('{"_aws"')) {
      const { EventsHandled = 0, EventsFailed = 0, RegistrationToUri = 0 }: Metrics = JSON.parse(line);
      const waits = typeof RegistrationToUri === 'number' ? [RegistrationToUri] : RegistrationToUri;
      const negative = waits.find((wait) => wait < 0);
      if (negative !== undefined) this.#wrongWaits.push({ what: `a user waited ${negative} ms, by the metrics` });
      count.handled += sum(EventsHandled);
      count.failed += sum(EventsFailed);
    } else if (line.includes('"message":"event not handled"')) count.failedLines += 1;
  }

  #answer(count: Count, { requestId, outcome, result }: JournalEntry): void {
    if (outcome === 'items-failed') return;
    const size = this.#open.get(String(requestId))?.size ?? 0;
    this.#open.delete(String(requestId));
    // Lambda refused it: the function did not run.
    if (outcome === 'refused') return;
    if (outcome !== 'answered') {
      count.unanswered += size;
      return;
    }
    const { batchItemFailures = [] } = (result ?? {}) as { readonly batchItemFailures?: readonly unknown[] };
    count.returned += batchItemFailures.length;
    count.acknowledged += size - batchItemFailures.length;
  }
}

function sum(values: number | readonly number[]): number {
  return typeof values === 'number' ? values : values.reduce((total, value) => total + value, 0);
}
