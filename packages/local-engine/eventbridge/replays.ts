import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';
import type { ArchivedEvents } from './archived-events.ts';
import { archiveNameOf, type Replay, type ReplayRequest } from './replay.ts';
import { ReplayRecords } from './replay-records.ts';
import { ReplayRun, type ReplayRunProps } from './replay-run.ts';

/** Source: EventBridge user guide, eb-quota. */
const MAX_ACTIVE = 10;

interface ReplaysProps extends Omit<ReplayRunProps, 'save'> {
  readonly account: Account;
  readonly archivedEvents: ArchivedEvents;
  readonly storage: Storage;
  readonly journal: Journal;
}

/** The account's replays: those at work, and the records of all. */
export class Replays {
  readonly #props: ReplaysProps;
  readonly #records: ReplayRecords;
  /** Those at work, by name. */
  readonly #runs = new Map<string, ReplayRun>();

  constructor(props: ReplaysProps) {
    this.#props = props;
    this.#records = new ReplayRecords(props.storage);
  }

  /** Goes on with what an earlier run of the engine left at work. To be called when buses and queues are there again. */
  resume(): void {
    for (const replay of this.#records.active()) if (!this.#runs.has(replay.name)) this.#run(replay);
  }

  /** Leaves those at work as they are. */
  stop(): void {
    for (const run of this.#runs.values()) run.stop();
  }

  /** @throws AwsError if there is one of that name, or too many are at work */
  start(request: ReplayRequest): Replay {
    const { account, archivedEvents, clock } = this.#props;
    const { name } = request;
    this.#records.expire(clock.now());
    if (this.#records.find(name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
    }
    if (this.#records.active().length >= MAX_ACTIVE) {
      throw new AwsError(
        'LimitExceededException',
        `There are ${MAX_ACTIVE} active replays already, which is the limit.`,
      );
    }
    const replay: Replay = {
      ...request,
      arn: arnOf(account, 'events', `replay/${name}`),
      state: 'STARTING',
      startedAt: clock.now(),
      upTo: archivedEvents.lastSequence(),
      events: 0,
      matched: 0,
    };
    this.#save(replay);
    this.#run(replay);
    return replay;
  }

  /** @throws AwsError if there is no such replay, or it ended already, or is about to */
  cancel(name: string): Replay {
    const { state } = this.get(name);
    if (state !== 'STARTING' && state !== 'RUNNING') {
      throw new AwsError('IllegalStatusException', `Replay ${name} is not in a valid state for this operation.`);
    }
    this.#runs.get(name)?.cancel();
    return this.get(name);
  }

  /** @throws AwsError if there is none */
  get(name: string): Replay {
    this.#records.expire(this.#props.clock.now());
    const replay = this.#records.find(name);
    if (replay) return replay;
    throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
  }

  all(): readonly Replay[] {
    this.#records.expire(this.#props.clock.now());
    return this.#records.all();
  }

  #run(replay: Replay): void {
    const run = new ReplayRun(replay, { ...this.#props, save: (changed) => this.#save(changed) });
    this.#runs.set(replay.name, run);
  }

  #save(replay: Replay): void {
    const { name, state, stateReason: reason, events, matched, endedAt } = replay;
    const before = this.#records.find(name)?.state;
    this.#records.save(replay);
    if (endedAt !== undefined) this.#runs.delete(name);
    if (state === before) return;
    this.#props.journal.write('replay', {
      replay: name,
      archive: archiveNameOf(replay),
      state,
      reason,
      events,
      matched,
    });
  }
}
