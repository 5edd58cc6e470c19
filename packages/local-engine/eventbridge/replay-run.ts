import type { Clock } from '../core/clock.ts';
import type { Queues } from '../sqs/index.ts';
import type { Archive } from './archive.ts';
import type { Bus, Rule } from './bus.ts';
import type { BusEvent } from './bus-event.ts';
import type { Buses } from './buses.ts';
import type { EventRouter } from './event-router.ts';
import { archiveNameOf, lastMinuteOf, type Replay, startOfMinute } from './replay.ts';
import { ReplayPace } from './replay-pace.ts';
import { replayedEvent, replayedEventId } from './replayed-event.ts';

/** Events that are replayed in one turn; between turns the rest of the engine lives. */
export const EVENTS_IN_TURN = 100;

/** As AWS says it (recorded in 2026). */
const ARCHIVE_IS_GONE = 'Archive resource not found.';

export interface ReplayRunProps {
  readonly buses: Buses;
  readonly router: EventRouter;
  readonly queues: Queues;
  readonly clock: Clock;
  /** Keeps what changed: called in the turn in which the events that belong to it were sent. */
  readonly save: (replay: Replay) => void;
}

/**
 * A replay at work: page by page from the archive to the rules, minute by minute of the events' own times.
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

  /** Leaves it as it is, to go on at the next start. */
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
    const archiveName = archiveNameOf(this.#replay);
    const bus = this.#props.buses.find(busArn);
    const archive = bus?.archives.get(archiveName);
    if (state === 'CANCELLING') {
      this.#end({ state: 'CANCELLED' });
    } else if (bus === undefined || archive === undefined) {
      const stateReason = bus === undefined ? `Event bus ${busArn} does not exist.` : ARCHIVE_IS_GONE;
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

  /** All of the window is scanned, also where it held no event. */
  #complete(): void {
    // What was put with a time still to come has been replayed too.
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

/** The rules that see the events: of those that were asked for, the ones that are still there. None left means no rule, never all. */
function rulesOf(bus: Bus, { ruleArns }: Replay): readonly Rule[] {
  const rules = [...bus.rules.values()];
  return ruleArns === undefined ? rules : rules.filter(({ arn }) => ruleArns.includes(arn));
}
