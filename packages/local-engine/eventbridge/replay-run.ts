import type { Clock, Timer } from '../core/clock.ts';
import type { Queues } from '../sqs/index.ts';
import type { Archive } from './archive.ts';
import type { Bus, Buses, Rule } from './buses.ts';
import type { EventRouter } from './event-router.ts';
import type { BusEvent } from './put-events.ts';
import { archiveNameOf, lastMinuteOf, type Replay, replayedEvent, replayedEventId, startOfMinute } from './replay.ts';

/** Events that are replayed in one turn; between turns the rest of the engine works. */
export const EVENTS_IN_TURN = 100;

/** A replay pauses while one of the queues that it sends to has this many messages waiting, delayed ones included. */
export const MOST_WAITING = 500;

/** A queue from which nothing was taken for this long does not stop a replay: it may have no consumer. The time factor applies. */
export const PATIENCE_MS = 60_000;

/** AWS's words (recorded in 2026). */
const ARCHIVE_NOT_FOUND = 'Archive resource not found.';

export interface ReplayRunProps {
  readonly buses: Buses;
  readonly router: EventRouter;
  readonly queues: Queues;
  readonly clock: Clock;
  /** Stores a change: called in the turn in which the events that belong to it were sent. */
  readonly save: (replay: Replay) => void;
}

/**
 * An active replay: page by page from the archive to the rules, minute by minute of the events' own times.
 * Source: EventBridge user guide, eb-replay-archived-event; API reference, StartReplay.
 */
export class ReplayRun {
  readonly #props: ReplayRunProps;
  readonly #pace: ReplayPace;
  #replay: Replay;
  #isPlanned = false;
  #isOver = false;

  constructor(replay: Replay, props: ReplayRunProps) {
    this.#replay = replay;
    this.#props = props;
    this.#pace = new ReplayPace({ ...props, onProgress: () => this.#plan() });
    this.#plan();
  }

  /** Ends it before its next turn. */
  cancel(): void {
    this.#change({ state: 'CANCELLING' });
    this.#plan();
  }

  /** Leaves it as it is, to continue at the next start. */
  stop(): void {
    this.#isOver = true;
    this.#pace.stop();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      if (!this.#isOver) this.#turn();
    });
  }

  #turn(): void {
    const { state, busArn } = this.#replay;
    const bus = this.#props.buses.find(busArn);
    const archive = bus?.archives.get(archiveNameOf(this.#replay));
    if (state === 'CANCELLING') {
      this.#end({ state: 'CANCELLED' });
    } else if (bus === undefined || archive === undefined) {
      const stateReason = bus === undefined ? `Event bus ${busArn} does not exist.` : ARCHIVE_NOT_FOUND;
      this.#end({ state: 'FAILED', stateReason });
    } else if (state === 'STARTING') {
      this.#change({ state: 'RUNNING' });
      this.#plan();
    } else if (this.#pace.allowsMore()) {
      if (this.#sendPage(bus, archive)) this.#complete();
      else this.#plan();
    }
  }

  /** Returns whether that was the last page. */
  #sendPage(bus: Bus, archive: Archive): boolean {
    const { from, to, upTo, name, position } = this.#replay;
    const page = archive.page({ from, to, upTo, ...(position && { after: position }) }, EVENTS_IN_TURN);
    const rules = rulesOf(bus, this.#replay);
    let { matched } = this.#replay;
    for (const { body } of page) {
      const archived = JSON.parse(body) as BusEvent;
      const event = replayedEvent(archived, name, replayedEventId(this.#replay, archived.id));
      const { isMatched, targets } = this.#props.router.replay(bus, event, rules);
      if (isMatched) matched += 1;
      this.#pace.feeds(targets);
    }
    const last = page.at(-1);
    if (last) {
      const { minute, sequence, time } = last;
      const events = this.#replay.events + page.length;
      this.#change({ position: { minute, sequence }, lastMinute: startOfMinute(time), events, matched });
    }
    return page.length < EVENTS_IN_TURN;
  }

  /** The whole window is scanned, also the part without events. */
  #complete(): void {
    // Events with a time in the future were replayed too.
    const scanned = [this.#replay.lastMinute, lastMinuteOf(this.#replay)].filter((minute) => minute !== undefined);
    this.#end({ state: 'COMPLETED', ...(scanned.length > 0 && { lastMinute: Math.max(...scanned) }) });
  }

  #end(change: Pick<Replay, 'state' | 'stateReason' | 'lastMinute'>): void {
    this.stop();
    this.#change({ ...change, endedAt: this.#props.clock.now() });
  }

  #change(change: Partial<Replay>): void {
    this.#replay = { ...this.#replay, ...change };
    this.#props.save(this.#replay);
  }
}

/** The rules that receive the events: of those in the request, the ones that still exist; if none does, no rule and never all. */
function rulesOf(bus: Bus, { ruleArns }: Replay): readonly Rule[] {
  const rules = [...bus.rules.values()];
  return ruleArns === undefined ? rules : rules.filter(({ arn }) => ruleArns.includes(arn));
}

interface FedQueue {
  /** Unix epoch milliseconds at which something was last taken from it, or it was first fed. */
  takenAt: number;
  readonly unsubscribe: () => void;
}

interface ReplayPaceProps {
  readonly queues: Queues;
  readonly clock: Clock;
  /** Called when {@link ReplayPace.allowsMore} should be asked again. */
  readonly onProgress: () => void;
}

/**
 * Keeps a replay from running ahead of its consumers. AWS does so by a rate, which it does not publish. Nothing is polled:
 * queues report when something is taken from them.
 */
export class ReplayPace {
  readonly #props: ReplayPaceProps;
  /** By ARN. */
  readonly #fed = new Map<string, FedQueue>();
  #patience: Timer | undefined;

  constructor(props: ReplayPaceProps) {
    this.#props = props;
  }

  /** Watches the targets that were sent something. Only a queue can be full. */
  feeds(targetArns: Iterable<string>): void {
    const { queues, clock } = this.#props;
    for (const arn of targetArns) {
      if (this.#fed.has(arn)) continue;
      const fed: FedQueue = {
        takenAt: clock.now(),
        unsubscribe: queues.signals.onTaken(arn, () => this.#noteTaken(fed)),
      };
      this.#fed.set(arn, fed);
    }
  }

  /** Whether to send more now. If not, `onProgress` is called later. */
  allowsMore(): boolean {
    this.#patience?.cancel();
    this.#patience = undefined;
    const { clock, onProgress } = this.#props;
    const patience = [...this.#fed].flatMap(([arn, { takenAt }]) =>
      this.#isFull(arn) ? [takenAt + PATIENCE_MS * clock.timeFactor - clock.now()] : [],
    );
    const longest = Math.max(0, ...patience);
    if (longest === 0) return true;
    this.#patience = clock.after(longest, onProgress);
    return false;
  }

  stop(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
    for (const { unsubscribe } of this.#fed.values()) unsubscribe();
    this.#fed.clear();
  }

  #isFull(arn: string): boolean {
    const queue = this.#props.queues.find(arn);
    return queue !== undefined && queue.visible + queue.delayed >= MOST_WAITING;
  }

  #noteTaken(fed: FedQueue): void {
    fed.takenAt = this.#props.clock.now();
    if (this.#patience !== undefined) this.#props.onProgress();
  }
}
