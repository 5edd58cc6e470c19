/**
 * The most streams at a time. A browser opens six connections to a server, for all its pages together, and keeps every further
 * request waiting: so streams leave two of them for everything else.
 * Source: RFC 9112, section 9.4, leaves the number to the client; Chromium, Firefox and Safari have six for each host.
 */
const MOST_STREAMS = 4;

/** A stream that has sent nothing yet keeps its turn that long, in milliseconds: a reading of AWS may take seconds. */
const LEAST_MS = 5000;

/** The turn of one stream. */
export interface Turn {
  /** Aborted when the turn is over, because another stream waits. */
  readonly signal: AbortSignal;
  /** Notes that the stream has sent something: from now on another one may have its turn. */
  sent(): void;
  /** The stream has ended by itself. */
  leave(): void;
}

interface Taken extends Turn {
  readonly over: AbortController;
  readonly since: number;
  hasSent: boolean;
}

/** Lets streams take turns where there are more than may be open at a time. */
export class Turns {
  readonly #now: () => number;
  /** In the order in which they began. */
  readonly #taken = new Set<Taken>();

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Begins the turn of a stream, and ends the longest one if there are too many. @returns undefined if it must ask again */
  take(): Turn | undefined {
    const now = this.#now();
    if (this.#taken.size >= MOST_STREAMS) {
      const longest = [...this.#taken].find(({ hasSent, since }) => hasSent || now - since >= LEAST_MS);
      if (longest === undefined) return undefined;
      longest.leave();
      longest.over.abort();
    }
    const over = new AbortController();
    const turn: Taken = {
      over,
      signal: over.signal,
      since: now,
      hasSent: false,
      sent: () => {
        turn.hasSent = true;
      },
      leave: () => this.#taken.delete(turn),
    };
    this.#taken.add(turn);
    return turn;
  }
}
