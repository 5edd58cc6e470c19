import type { Clock } from '../clock.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Archive } from './archive.ts';
import type { Bus, Rule } from './bus.ts';
import { type BusEvent, replayedEvent } from './bus-event.ts';
import type { Buses } from './buses.ts';
import type { EventRouter } from './event-router.ts';
import { archiveNameOf, type Replay } from './replay.ts';
import { ReplayPace } from './replay-pace.ts';

/** Events that are replayed in one turn; between turns the rest of the engine lives. */
export const EVENTS_IN_TURN = 100;

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
      const missing = bus === undefined ? `Event bus ${busArn}` : `Archive ${archiveName}`;
      this.#end({ state: 'FAILED', stateReason: `${missing} does not exist.` });
    } else if (state === 'STARTING') {
      this.#change({ state: 'RUNNING' });
      this.#plan();
    } else if (this.#pace.allowsMore()) {
      if (this.#sendPage(bus, archive)) this.#end({ state: 'COMPLETED' });
      else this.#plan();
    }
  }

  /** Returns whether that was the last page. */
  #sendPage(bus: Bus, archive: Archive): boolean {
    const { from, to, upTo, name, position } = this.#replay;
    const page = archive.page({ from, to, upTo, ...(position && { after: position }) }, EVENTS_IN_TURN);
    const rules = rulesOf(bus, this.#replay);
    for (const { body } of page) {
      const event = replayedEvent(JSON.parse(body) as BusEvent, name);
      this.#pace.feeds(this.#props.router.replay(bus, event, rules));
    }
    const last = page.at(-1);
    if (last) {
      const { minute, sequence, time } = last;
      const events = this.#replay.events + page.length;
      this.#change({ position: { minute, sequence }, lastReplayed: time, events });
    }
    return page.length < EVENTS_IN_TURN;
  }

  #end(change: Pick<Replay, 'state' | 'stateReason'>): void {
    this.stop();
    this.#change({ ...change, endedAt: this.#props.clock.now() });
  }

  #change(change: Partial<Replay>): void {
    this.#replay = { ...this.#replay, ...change };
    this.#props.save(this.#replay);
  }
}

/** The rules that are to see the events: of those that were asked for, the ones that are still there. */
function rulesOf(bus: Bus, { ruleArns }: Replay): readonly Rule[] {
  const rules = [...bus.rules.values()];
  return ruleArns === undefined ? rules : rules.filter(({ arn }) => ruleArns.includes(arn));
}
