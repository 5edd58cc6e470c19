import { explainDenial, type Remedy } from '../aws/denial.ts';
import { displayId } from '../messages/display.ts';
import { formatDuration } from '../time/time.ts';
import { type HopOf, hopsOf, type Outcome, type TracedRegistration, type TraceHop } from './hops.ts';

/** The subscriber to deletions, which no other event reaches. */
const RETIRER = 'bucket-retirer';

/**
 * What it is the story of: a deletion of the row is one of its own, since its record does not name the registration. On AWS only log
 * lines tell, and the engine's journal also before there is an event.
 */
export function kindOf({ hops }: Pick<TracedRegistration, 'hops'>): 'Registration' | 'Deletion' {
  const isUnpublished = hops[0]?.hop === 'row' && hops[0].change === 'removed';
  const isPublished = hopsOf(hops, 'event', 'message', 'dead-letter').some((hop) => hop.detailType === 'UserDeleted');
  const isLogged = hopsOf(hops, 'log').some(({ subscriber }) => subscriber === RETIRER);
  return isUnpublished || isPublished || isLogged ? 'Deletion' : 'Registration';
}

/** Shorter spans are in milliseconds. */
const MOST_MS = 10_000;

/** The longest text of a hop. */
const MOST_COLUMNS = 400;

/** Who does what, for a line of a trace. It cannot control the terminal. */
export function describeHop(hop: TraceHop): readonly [who: string, what: string] {
  const what = whatHappens(hop) + (hop.replay === undefined ? '' : ` [replay ${hop.replay}]`);
  return [displayId(whoDoes(hop)), displayId(what, MOST_COLUMNS)];
}

/** The statement that would allow what was denied in a hop. */
export function remedyOf(hop: TraceHop): Remedy | undefined {
  const denied = 'refusal' in hop ? hop.refusal?.denied : 'denied' in hop ? hop.denied : undefined;
  return denied && explainDenial(denied).remedy;
}

function whoDoes(hop: TraceHop): string {
  switch (hop.hop) {
    case 'row':
      return 'users table';
    case 'filter':
    case 'put':
    case 'pipe-dlq':
      return hop.isOfDeletions ? 'pipe of deletions' : 'pipe';
    case 'event':
      return 'bus';
    case 'archived':
      return 'archive';
    case 'mark':
      return 'lab';
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
    case 'no-replay':
      return describeNoReplay(hop);
    case 'delivery':
      return describeAttempt(hop, 'it is in the queue', 'its queue refuses it');
    case 'rule-dlq':
      return `its rule gives it up (${hop.code}): ${hop.isLost ? 'it is lost' : 'now in the dead-letter queue'}`;
    case 'message':
      return describeMessage(hop);
    case 'batch':
      return describeBatch(hop);
    case 'log':
      return `logs ${hop.text}`;
    case 'api-call':
      return describeCall(hop);
    case 'invocation':
      return describeEnd(hop);
    case 'mark':
      return hop.text;
    case 'dead-letter':
      return `given up after ${hop.receives} receives: now in the dead-letter queue`;
    case 'deleted':
      return `it is deleted from the ${hop.isDlq ? 'dead-letter queue' : 'queue'}: purged, or another was sent in its place`;
  }
}

function describeMessage({ isDlq, replay }: HopOf<'message'>): string {
  if (isDlq) return 'it is put into the dead-letter queue, by none of its rules';
  const how = replay === undefined ? 'probably a redrive' : 'probably a replay of chosen events, or a redrive';
  return `it is put into the queue again, by none of its rules: ${how}`;
}

function describeRow({ change, uri }: HopOf<'row'>): string {
  if (change === 'URI written') return `the URI is written: ${uri}`;
  return `the row is ${change}${uri === undefined ? '' : `, with the URI ${uri}`}`;
}

function describeNoReplay(hop: HopOf<'no-replay'>): string {
  if (hop.why === 'skips') return "does not get it: it skips replays, and what comes of them (replays: 'skip')";
  const { chosen } = hop;
  return `does not get it: the replay was for ${chosen.length === 0 ? 'others' : chosen.join(', ')} only`;
}

function describeAttempt({ at, attempt, refusal }: HopOf<'put' | 'delivery'>, done: string, refused: string): string {
  if (refusal === undefined) return attempt === 1 ? done : `${done}, at attempt ${attempt}`;
  const { code, message, retryAt } = refusal;
  const next = retryAt === undefined ? '' : `; retried ${spanText(retryAt - at)} later`;
  return `${refused}, attempt ${attempt}: ${code}: ${message}${next}`;
}

function describeCall({ operation, status, code, denied }: HopOf<'api-call'>): string {
  const call = `calls ${operation}: ${status}${code === undefined ? '' : ` ${code}`}`;
  return denied === undefined ? call : `${call}: ${explainDenial(denied).text}`;
}

function describeBatch({ receive, size }: HopOf<'batch'>): string {
  return `its function takes it, receive ${receive}${size === 1 ? '' : `, in a batch of ${size}`}`;
}

const ENDINGS: Readonly<Record<Outcome, string>> = {
  handled: 'is done',
  'item failed': 'reports it as failed',
  'timed out': 'times out',
  crashed: 'crashes',
  failed: 'fails',
};

function describeEnd({ outcome, durationMs, error }: HopOf<'invocation'>): string {
  return `its function ${ENDINGS[outcome]} after ${spanText(durationMs)}${error === undefined ? '' : `: ${error}`}`;
}

/** A span of time, such as `12 ms` or `71 s`. */
export function spanText(ms: number): string {
  return Math.abs(ms) < MOST_MS ? `${Math.round(ms)} ms` : formatDuration(ms);
}
