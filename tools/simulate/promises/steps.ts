import type { JournalEntry } from '../../../packages/local-engine/index.ts';
import { bodyOf } from './message-body.ts';
import type { BusEvent } from './outcome.ts';
import { ownerHash, type Violation } from './violation.ts';

type TypedRow = Readonly<Record<string, { readonly S?: string }>>;

/** What a step is judged by besides the journal. */
export interface Surroundings {
  /** The document of a bucket's tags; undefined if there is no such bucket. */
  readonly tagsOf: (bucketName: string) => string | undefined;
  /** The service that takes from a queue, such as `bucket-service`; undefined for other queues. @param queueArn */
  readonly subscriberOf: (queueArn: string) => string | undefined;
}

/** One delivery of messages to a function. */
interface Batch {
  readonly subscriber: string | undefined;
  readonly messageIds: readonly string[];
  /** Users without a row at some time since it began. */
  readonly gone: Set<string>;
}

/**
 * What must hold at each step of a day, whatever fails: an event is acknowledged only when its work is done, and nobody hears of a
 * bucket that is not there. Reads the journal as it is written.
 */
export class StepChecks {
  readonly #around: Surroundings;
  readonly #violations: Violation[] = [];
  /** Those of every message, by its id: a redrive keeps the body. */
  readonly #events = new Map<string, BusEvent>();
  /** Events that the bus has taken, by the id in their metadata. */
  readonly #published = new Set<string>();
  /** Users with the URIs that their row has had, and whether there is a row now. */
  readonly #rows = new Map<string, { readonly uris: Set<string>; isThere: boolean }>();
  readonly #batches = new Map<string, Batch>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  note(entry: JournalEntry): void {
    if (entry.hop === 'stream-record') this.#row(entry);
    else if (entry.hop === 'event') this.#event(entry);
    else if (entry.hop === 'message') this.#message(entry);
    else if (entry.hop === 'batch') this.#batch(entry);
    else if (entry.hop === 'invocation') this.#invocation(entry);
  }

  #row({ keys, newImage }: JournalEntry): void {
    const userId = (keys as TypedRow).userId?.S ?? '';
    const uri = (newImage as TypedRow | undefined)?.s3_bucket_uri?.S;
    const row = this.#rows.get(userId) ?? { uris: new Set(), isThere: false };
    this.#rows.set(userId, row);
    row.isThere = newImage !== undefined;
    if (!row.isThere) for (const { gone } of this.#batches.values()) gone.add(userId);
    if (uri === undefined || row.uris.has(uri)) return;
    row.uris.add(uri);
    this.#owned(userId, uri, 'got the URI');
  }

  #event({ detailType, detail }: JournalEntry): void {
    // An entry that the bus refused has none.
    if (detail === undefined) return;
    const { metadata, data } = detail as BusEvent & { readonly data: { readonly bucketUri?: string } };
    this.#published.add(metadata.eventId);
    if (detailType === 'BucketCreated') this.#owned(data.userId, data.bucketUri ?? '', 'was announced the bucket');
  }

  /** Whoever hears of a bucket finds it, and it is the user's own. */
  #owned(userId: string, uri: string, what: string): void {
    const tags = this.#around.tagsOf(uri.replace(/^s3:\/\//, ''));
    if (tags === undefined) this.#violations.push({ userId, what: `${what} ${uri}, which was not there` });
    else if (!tags.includes(ownerHash(userId))) this.#violations.push({ userId, what: `${what} ${uri} of another` });
  }

  #message(entry: JournalEntry): void {
    const { 'detail-type': detailType, detail } = bodyOf(entry);
    if (detail === undefined) return;
    const { metadata, data } = detail as BusEvent;
    this.#events.set(String(entry.messageId), { detailType: String(detailType), metadata, data });
  }

  #batch({ requestId, queueArn, messageIds }: JournalEntry): void {
    const ids = messageIds as readonly string[];
    const users = ids.flatMap((id) => this.#events.get(id)?.data.userId ?? []);
    const gone = new Set(users.filter((userId) => this.#rows.get(userId)?.isThere !== true));
    this.#batches.set(String(requestId), {
      subscriber: this.#around.subscriberOf(String(queueArn)),
      messageIds: ids,
      gone,
    });
  }

  #invocation({ requestId, outcome, result, errorType, message }: JournalEntry): void {
    const batch = this.#batches.get(String(requestId));
    if (batch === undefined || outcome === 'items-failed') return;
    this.#batches.delete(String(requestId));
    // Only what happens to its environment fails a whole batch, never the failure of an event.
    if (outcome === 'failed' && !/^(Runtime|Sandbox|Lambda)\./.test(String(errorType))) {
      this.#violations.push({ what: `${batch.subscriber} failed a whole batch: ${errorType}: ${message}` });
    }
    if (outcome !== 'answered') return;
    const { batchItemFailures = [] } = (result ?? {}) as {
      readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
    };
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const id of batch.messageIds) {
      const event = this.#events.get(id);
      if (failed.has(id) || event === undefined || this.#isDone(event, batch)) continue;
      const { userId } = event.data;
      this.#violations.push({
        userId,
        what: `${batch.subscriber} acknowledged ${event.detailType} and had not done its work`,
      });
    }
  }

  #isDone({ metadata, data }: BusEvent, { subscriber, gone }: Batch): boolean {
    if (subscriber === 'bucket-service') return this.#published.has(`${metadata.eventId}:BucketCreated`);
    if (subscriber !== 'uri-recorder') return true;
    const { bucketUri = '' } = data as { readonly bucketUri?: string };
    return gone.has(data.userId) || this.#rows.get(data.userId)?.uris.has(bucketUri) === true;
  }
}
