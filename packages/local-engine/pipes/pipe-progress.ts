import type { Storage } from '../storage/storage.ts';
import type { StoredLanes } from './pipe-lanes.ts';

export type PipeState = 'RUNNING' | 'STOPPED';

interface Row {
  readonly stream_arn: string;
  readonly template_state: PipeState;
  readonly desired_state: PipeState;
  readonly position: number;
  readonly lanes: string;
  readonly created_at: number;
  readonly modified_at: number;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS pipes (
    arn TEXT PRIMARY KEY, stream_arn TEXT NOT NULL, template_state TEXT NOT NULL, desired_state TEXT NOT NULL,
    position INTEGER NOT NULL, lanes TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL
  ) WITHOUT ROWID
`;

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
  #row: Row;
  #isHandedOver = false;

  constructor({ storage, arn, streamArn, templateState, startingPosition, laneCount, now }: PipeProgressProps) {
    storage.db.exec(TABLE);
    this.#storage = storage;
    this.#arn = arn;
    const stored = storage.prepared('SELECT * FROM pipes WHERE arn = ?').get(arn) as Row | undefined;
    const begun: Row = {
      stream_arn: streamArn,
      template_state: templateState,
      desired_state: templateState,
      position: startingPosition,
      lanes: JSON.stringify({ count: laneCount, lanes: [], earlier: [] } satisfies StoredLanes),
      created_at: now,
      modified_at: now,
    };
    const known = stored?.stream_arn === streamArn ? stored : begun;
    this.#row =
      known.template_state === templateState
        ? known
        : { ...known, template_state: templateState, desired_state: templateState };
    this.#write({});
  }

  get desiredState(): PipeState {
    return this.#row.desired_state;
  }

  /** Position of the first record of the stream that was not read yet. */
  get position(): number {
    return this.#row.position;
  }

  /** Records that were read and are not done, by lane. */
  get lanes(): StoredLanes {
    return JSON.parse(this.#row.lanes);
  }

  /** Unix epoch milliseconds. */
  get createdAt(): number {
    return this.#row.created_at;
  }

  /** Unix epoch milliseconds. */
  get modifiedAt(): number {
    return this.#row.modified_at;
  }

  want(desiredState: PipeState, now: number): void {
    this.#write({ desired_state: desiredState, modified_at: now });
  }

  /** From now on, another instance of this pipe stores its progress. */
  handOver(): void {
    this.#isHandedOver = true;
  }

  reached(position: number, lanes: StoredLanes): void {
    if (this.#isHandedOver) return;
    this.#row = { ...this.#row, position, lanes: JSON.stringify(lanes) };
    this.#storage.run('UPDATE pipes SET position = ?, lanes = ? WHERE arn = ?', position, this.#row.lanes, this.#arn);
  }

  #write(changes: Partial<Row>): void {
    if (this.#isHandedOver) return;
    this.#row = { ...this.#row, ...changes };
    const { stream_arn, template_state, desired_state, position, lanes, created_at, modified_at } = this.#row;
    const values = [this.#arn, stream_arn, template_state, desired_state, position, lanes, created_at, modified_at];
    this.#storage.run('INSERT OR REPLACE INTO pipes VALUES (?, ?, ?, ?, ?, ?, ?, ?)', ...values);
  }
}
