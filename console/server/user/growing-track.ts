import { describeHop, remedyOf, type TraceHop } from '../../../operations/trace/index.ts';
import type { HopView, Span, Track, TrackState } from '../../contract/user.ts';

/** What a track was given, by the id of its payload, and the payload that it is compared with. */
export interface Given {
  readonly title: string;
  readonly id: string;
  readonly before?: string;
}

interface TrackProps {
  readonly id: string;
  readonly who: string;
  readonly what: string;
  readonly replay?: string | undefined;
  readonly given?: Given;
}

/** A line of the waterfall while its hops are read. It waits and works in turn. */
export class GrowingTrack {
  readonly props: TrackProps;
  readonly #hops: HopView[] = [];
  readonly #spans: { kind: Span['kind']; from: number; to?: number; isFailed: boolean }[] = [];
  #state: TrackState = 'done';
  given: Given | undefined;

  constructor(props: TrackProps) {
    this.props = props;
    this.given = props.given;
  }

  /** Whether it waits or works. */
  get isOpen(): boolean {
    return this.#state === 'waiting' || this.#state === 'working';
  }

  add(hop: TraceHop): void {
    const [who, text] = describeHop(hop);
    const remedy = remedyOf(hop);
    const isNew = remedy !== undefined && this.#hops.every((known) => known.remedy?.statement !== remedy.statement);
    // `mark` is another thing on the page.
    const kind = hop.hop === 'mark' ? 'lab' : hop.hop;
    this.#hops.push({ at: hop.at, kind, who, text, isProblem: isProblem(hop), ...(isNew && { remedy }) });
  }

  /** It happens at one moment. */
  happen(at: number, state: TrackState = 'done'): this {
    this.#spans.push({ kind: 'working', from: at, to: at, isFailed: state === 'failed' });
    this.#state = state;
    return this;
  }

  /** From now on it waits, unless it does already. @param isFailed whether what it did before failed */
  wait(at: number, isFailed = false): this {
    if (this.#state === 'waiting' && !isFailed) return this;
    this.#close(at, isFailed);
    this.#spans.push({ kind: 'waiting', from: at, isFailed: false });
    this.#state = 'waiting';
    return this;
  }

  work(at: number): this {
    this.#close(at, false);
    this.#spans.push({ kind: 'working', from: at, isFailed: false });
    this.#state = 'working';
    return this;
  }

  /** Nothing more happens to it. `stopped`: that is as it should be. */
  end(at: number, state: 'done' | 'failed' | 'stopped'): this {
    if (this.#spans.length === 0) return this.happen(at, state);
    // A wait does not fail: it ends here.
    this.#close(at, state === 'failed' && this.#state === 'working');
    this.#state = state;
    return this;
  }

  /** It worked before, for a time that is known only now. */
  worked(from: number, to: number, isFailed: boolean): this {
    this.#spans.push({ kind: 'working', from, to, isFailed });
    this.#state = isFailed ? 'failed' : 'done';
    return this;
  }

  view(): Omit<Track, 'payload'> {
    const { id, who, what, replay } = this.props;
    return {
      id,
      who,
      what,
      ...(replay !== undefined && { replay }),
      state: this.#state,
      spans: this.#spans,
      hops: this.#hops,
    };
  }

  #close(at: number, isFailed: boolean): void {
    const last = this.#spans.at(-1);
    if (last === undefined || last.to !== undefined) return;
    Object.assign(last, { to: at, isFailed });
  }
}

function isProblem(hop: TraceHop): boolean {
  switch (hop.hop) {
    case 'put':
    case 'delivery':
      return hop.refusal !== undefined;
    case 'pipe-dlq':
    case 'rule-dlq':
    case 'dead-letter':
      return true;
    case 'filter':
      return !hop.passed && hop.change === 'INSERT';
    case 'event':
      return hop.isDropped;
    case 'message':
      return hop.isDlq;
    case 'log':
      return hop.problem !== undefined;
    case 'api-call':
      return hop.status >= 400;
    case 'invocation':
      return hop.outcome !== 'handled';
    default:
      return false;
  }
}
