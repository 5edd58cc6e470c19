import { type Pauses, pauseBefore } from '../core/retry.ts';
import type { DynamoDbStream, StreamRecord } from '../dynamodb/index.ts';
import type { Faults } from '../journal/faults.ts';

interface StreamReaderProps {
  readonly stream: Pick<DynamoDbStream, 'read'>;
  readonly faults: Faults;
  readonly pauses: Pauses;
}

/** Records from a position on, and the position after them. */
interface Page {
  readonly records: readonly StreamRecord[];
  readonly next: number;
}

const GET_ITERATOR = 'dynamodb:GetShardIterator';
const GET_RECORDS = 'dynamodb:GetRecords';

/** Source: DynamoDB Streams API reference, GetRecords: an iterator lives for 15 minutes. */
const EXPIRED = 'ExpiredIteratorException';

/**
 * The calls by which a pipe reads its stream: an iterator, then records. A call fails if a fault says so; then the pipe reads again
 * after a pause. AWS does not publish how long that is. Reading changes nothing, so an answer that is lost is like a call that fails.
 */
export class StreamReader {
  readonly #props: StreamReaderProps;
  #hasIterator = false;
  #failures = 0;

  constructor(props: StreamReaderProps) {
    this.#props = props;
  }

  /** @returns undefined if a call failed: read again after {@link pause} */
  read(position: number, limit: number): Page | undefined {
    const page = this.#props.stream.read(position, limit);
    // A call that would find nothing is not made: new records wake the pipe.
    if (page.records.length > 0 && this.#fails(page)) return undefined;
    this.#failures = 0;
    return page;
  }

  /** Waits before the next attempt, or until the pipe stops. */
  pause(): Promise<void> {
    return this.#props.pauses.wait(pauseBefore(this.#failures - 1));
  }

  #fails({ records }: Page): boolean {
    const { faults } = this.#props;
    const context = { eventIds: records.flatMap(({ eventID }) => eventID ?? []) };
    this.#hasIterator ||= faults.strikeAtOnce(GET_ITERATOR, context) === undefined;
    const struck = this.#hasIterator ? faults.strikeAtOnce(GET_RECORDS, context) : undefined;
    if (this.#hasIterator && struck === undefined) return false;
    if (struck?.error.code === EXPIRED) this.#hasIterator = false;
    this.#failures += 1;
    return true;
  }
}
