import { displayId } from '../messages/display.ts';
import { formatDuration } from '../time/time.ts';
import type { BatchHop, InvocationHop, RefusedAttempt, RowHop, TraceHop } from './hops.ts';

/** Shorter spans are in milliseconds. */
const MOST_MS = 10_000;

/** The longest text of a hop. */
const MOST_COLUMNS = 400;

/** Who does what, for a line of a trace. It cannot control the terminal. */
export function describeHop(hop: TraceHop): readonly [who: string, what: string] {
  const what = whatHappens(hop) + (hop.replay === undefined ? '' : ` [replay ${hop.replay}]`);
  return [displayId(whoDoes(hop)), displayId(what, MOST_COLUMNS)];
}

function whoDoes(hop: TraceHop): string {
  switch (hop.hop) {
    case 'row':
      return 'users table';
    case 'filter':
    case 'put':
    case 'pipe-dlq':
      return 'pipe';
    case 'event':
      return 'bus';
    case 'archived':
      return 'archive';
    default:
      return hop.subscriber;
  }
}

function whatHappens(hop: TraceHop): string {
  switch (hop.hop) {
    case 'row':
      return describeRow(hop);
    case 'filter':
      return hop.passed ? 'the filter lets it through' : `the filter drops it (${hop.change})`;
    case 'put':
      return describeAttempt(hop, 'puts it on the bus', 'the bus refuses it');
    case 'pipe-dlq':
      return `gives it up (${hop.condition}): ${hop.isLost ? 'it is lost' : "now in the pipe's dead-letter queue"}`;
    case 'event':
      return `${hop.detailType} from ${hop.source}, event ${hop.busEventId}${hop.isDropped ? ': there is no such bus' : ''}`;
    case 'archived':
      return 'keeps it';
    case 'rule':
      return hop.matched ? 'its rule matches' : `its rule does not match: ${hop.reason ?? 'reason unknown'}`;
    case 'delivery':
      return describeAttempt(hop, 'it is in the queue', 'its queue refuses it');
    case 'rule-dlq':
      return `its rule gives it up (${hop.code}): ${hop.isLost ? 'it is lost' : 'now in the dead-letter queue'}`;
    case 'message':
      return hop.isDlq
        ? 'it is put into the dead-letter queue, by none of its rules'
        : 'it is put into the queue again, by none of its rules: probably a redrive';
    case 'batch':
      return describeBatch(hop);
    case 'log':
      return `logs ${hop.text}`;
    case 'api-call':
      return `calls ${hop.operation}: ${hop.status}${hop.code === undefined ? '' : ` ${hop.code}`}`;
    case 'invocation':
      return describeEnd(hop);
    case 'dead-letter':
      return `given up after ${hop.receives} receives: now in the dead-letter queue`;
  }
}

function describeRow({ change, uri }: RowHop): string {
  if (change === 'URI written') return `the URI is written: ${uri}`;
  return `the row is ${change}${uri === undefined ? '' : `, with the URI ${uri}`}`;
}

function describeAttempt(
  { at, attempt, refusal }: { readonly at: number; readonly attempt: number; readonly refusal?: RefusedAttempt },
  done: string,
  refused: string,
): string {
  if (refusal === undefined) return attempt === 1 ? done : `${done}, at attempt ${attempt}`;
  const { code, message, retryAt } = refusal;
  const next = retryAt === undefined ? '' : `; retried ${spanText(retryAt - at)} later`;
  return `${refused}, attempt ${attempt}: ${code}: ${message}${next}`;
}

function describeBatch({ receive, size }: BatchHop): string {
  return `its function takes it, receive ${receive}${size === 1 ? '' : `, in a batch of ${size}`}`;
}

function describeEnd({ outcome, durationMs, error }: InvocationHop): string {
  const time = `after ${spanText(durationMs)}`;
  const why = error === undefined ? '' : `: ${error}`;
  switch (outcome) {
    case 'handled':
      return `its function is done ${time}`;
    case 'item failed':
      return `its function reports it as failed ${time}`;
    case 'timed out':
      return `its function times out ${time}${why}`;
    case 'crashed':
      return `its function crashes ${time}${why}`;
    case 'failed':
      return `its function fails ${time}${why}`;
  }
}

/** A span of time, such as `12 ms` or `71 s`. */
export function spanText(ms: number): string {
  return Math.abs(ms) < MOST_MS ? `${Math.round(ms)} ms` : formatDuration(ms);
}
