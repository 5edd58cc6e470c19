import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';
import { readStored } from '../storage/storage-error.ts';
import { lastSequence } from './archive.ts';
import { archiveNameOf, isActive, type Replay, type ReplayPlan } from './replay.ts';
import { ReplayRun, type ReplayRunProps } from './replay-run.ts';

/** Source: EventBridge user guide, eb-quota. */
const MAX_ACTIVE = 10;
/** Source: EventBridge user guide, eb-replay-archived-event. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

interface ReplaysProps extends Omit<ReplayRunProps, 'save'> {
  readonly account: Account;
  readonly storage: Storage;
  readonly journal: Journal;
}

/** The account's replays. Those that ended are stored too: their names stay taken for 90 days. */
export class Replays {
  readonly #props: ReplaysProps;
  readonly #replays: Map<string, Replay>;
  /** The active ones, by name. */
  readonly #runs = new Map<string, ReplayRun>();

  constructor(props: ReplaysProps) {
    const { db } = props.storage;
    this.#props = props;
    db.exec('CREATE TABLE IF NOT EXISTS replays (name TEXT PRIMARY KEY, replay TEXT NOT NULL) STRICT');
    const rows = db.prepare('SELECT name, replay FROM replays').all();
    const replays = rows.map(({ name, replay }) => storedReplay(String(name), String(replay)));
    this.#replays = new Map(replays.map((replay) => [replay.name, replay]));
  }

  /** Continues the replays that an earlier run of the engine left. Call it when buses, rules and targets exist again. */
  resume(): void {
    for (const replay of this.#active()) if (!this.#runs.has(replay.name)) this.#run(replay);
  }

  /** Ends the work of the active ones; the next start continues them. */
  stop(): void {
    for (const run of this.#runs.values()) run.stop();
  }

  /** @throws AwsError if there is one of that name, or too many are active */
  start(plan: ReplayPlan): Replay {
    const { account, storage, clock } = this.#props;
    const { name } = plan;
    this.#expire();
    if (this.#replays.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
    }
    if (this.#active().length >= MAX_ACTIVE) {
      throw new AwsError(
        'LimitExceededException',
        `There are ${MAX_ACTIVE} active replays already, which is the limit.`,
      );
    }
    const replay: Replay = {
      ...plan,
      arn: arnOf(account, 'events', `replay/${name}`),
      state: 'STARTING',
      startedAt: clock.now(),
      upTo: lastSequence(storage),
      events: 0,
      matched: 0,
    };
    this.#save(replay);
    this.#run(replay);
    return replay;
  }

  /** @throws AwsError if there is no such replay, or it has ended or is being cancelled */
  cancel(name: string): Replay {
    const { state } = this.get(name);
    const run = this.#runs.get(name);
    if (run === undefined || state === 'CANCELLING') {
      throw new AwsError('IllegalStatusException', `Replay ${name} is not in a valid state for this operation.`);
    }
    run.cancel();
    return this.get(name);
  }

  /** @throws AwsError if there is none */
  get(name: string): Replay {
    this.#expire();
    const replay = this.#replays.get(name);
    if (replay) return replay;
    throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
  }

  all(): readonly Replay[] {
    this.#expire();
    return [...this.#replays.values()];
  }

  #active(): readonly Replay[] {
    return [...this.#replays.values()].filter(isActive);
  }

  #run(replay: Replay): void {
    const run = new ReplayRun(replay, { ...this.#props, save: (changed) => this.#save(changed) });
    this.#runs.set(replay.name, run);
  }

  #save(replay: Replay): void {
    const { name, state, stateReason: reason, events, matched, endedAt } = replay;
    const before = this.#replays.get(name)?.state;
    this.#replays.set(name, replay);
    this.#props.storage.run(
      'INSERT OR REPLACE INTO replays (name, replay) VALUES (?, ?)',
      name,
      JSON.stringify(replay),
    );
    if (endedAt !== undefined) this.#runs.delete(name);
    if (state === before) return;
    const fields = { replay: name, archive: archiveNameOf(replay), state, reason, events, matched };
    this.#props.journal.write('replay', fields);
  }

  /** Removes what ended more than 90 days ago. */
  #expire(): void {
    const { clock, storage } = this.#props;
    for (const { name, endedAt } of this.#replays.values()) {
      if (endedAt === undefined || endedAt >= clock.now() - KEPT_MS) continue;
      this.#replays.delete(name);
      storage.run('DELETE FROM replays WHERE name = ?', name);
    }
  }
}

/** @throws SyntaxError for what no engine has stored */
function storedReplay(name: string, text: string): Replay {
  const stored = { what: `the replay ${name}`, table: 'replays', text };
  const replay = readStored<Replay>(stored, (value) => {
    const wrong =
      (['name', 'arn', 'archiveArn', 'busArn'] as const).find((key) => typeof value[key] !== 'string') ??
      (['from', 'to', 'startedAt', 'upTo'] as const).find((key) => !Number.isFinite(value[key]));
    return wrong && `has no proper ${wrong}`;
  });
  // An earlier version stored no `matched`.
  return { ...replay, matched: replay.matched ?? 0 };
}
