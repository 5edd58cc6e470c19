import type { Storage } from '../storage/storage.ts';
import type { StoredLanes } from './pipe-lanes.ts';

export type PipeState = 'RUNNING' | 'STOPPED';

/** A pipe as it is stored. Times are Unix epoch milliseconds. */
interface StoredPipe {
  readonly streamArn: string;
  /** The state in the template. */
  readonly templateState: PipeState;
  readonly desiredState: PipeState;
  /** Position of the first record of the stream that was not read yet. */
  readonly position: number;
  /** JSON: records that were read and are not done, by lane. */
  readonly lanes: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS pipes (
    arn TEXT PRIMARY KEY, stream_arn TEXT NOT NULL, template_state TEXT NOT NULL, desired_state TEXT NOT NULL,
    position INTEGER NOT NULL, lanes TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT
`;

const SELECT = `SELECT stream_arn AS streamArn, template_state AS templateState, desired_state AS desiredState, position, lanes,
  created_at AS createdAt, modified_at AS modifiedAt FROM pipes WHERE arn = ?`;

interface PipeProgressProps {
  readonly storage: Storage;
  readonly arn: string;
  readonly streamArn: string;
  /** The state in the template: of a new pipe, and of one whose template has changed it. */
  readonly templateState: PipeState;
  /** Where a new pipe begins, and one whose table has a new stream. */
  readonly startingPosition: number;
  /** Lanes of a new pipe. */
  readonly laneCount: number;
  /** Unix epoch milliseconds. */
  readonly now: number;
}

/** A pipe's position in its stream, and its desired state, in SQLite: after a restart it continues there. */
export class PipeProgress {
  readonly #storage: Storage;
  readonly #arn: string;
  #stored: StoredPipe;
  #isHandedOver = false;

  constructor({ storage, arn, streamArn, templateState, startingPosition, laneCount, now }: PipeProgressProps) {
    this.#storage = storage;
    this.#arn = arn;
    storage.db.exec(TABLE);
    const stored = storage.prepared(SELECT).get(arn) as StoredPipe | undefined;
    const lanes = JSON.stringify({ count: laneCount, lanes: [], earlier: [] } satisfies StoredLanes);
    const states = { templateState, desiredState: templateState };
    const begun = { streamArn, ...states, position: startingPosition, lanes, createdAt: now, modifiedAt: now };
    this.#stored = stored?.streamArn === streamArn ? stored : begun;
    this.#write(this.#stored.templateState === templateState ? {} : states);
  }

  get stored(): Omit<StoredPipe, 'lanes'> {
    return this.#stored;
  }

  /** Records that were read and are not done, by lane. */
  get lanes(): StoredLanes {
    return JSON.parse(this.#stored.lanes);
  }

  want(desiredState: PipeState, now: number): void {
    this.#write({ desiredState, modifiedAt: now });
  }

  /** From now on, another instance of this pipe stores its progress. */
  handOver(): void {
    this.#isHandedOver = true;
  }

  reached(position: number, lanes: StoredLanes): void {
    if (this.#isHandedOver) return;
    this.#stored = { ...this.#stored, position, lanes: JSON.stringify(lanes) };
    const update = 'UPDATE pipes SET position = ?, lanes = ? WHERE arn = ?';
    this.#storage.run(update, position, this.#stored.lanes, this.#arn);
  }

  #write(changes: Partial<StoredPipe>): void {
    if (this.#isHandedOver) return;
    this.#stored = { ...this.#stored, ...changes };
    const { streamArn, templateState, desiredState, position, lanes, createdAt, modifiedAt } = this.#stored;
    const values = [this.#arn, streamArn, templateState, desiredState, position, lanes, createdAt, modifiedAt];
    this.#storage.run('INSERT OR REPLACE INTO pipes VALUES (?, ?, ?, ?, ?, ?, ?, ?)', ...values);
  }
}
