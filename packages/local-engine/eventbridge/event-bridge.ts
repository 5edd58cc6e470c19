import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { operationNamed } from '../protocols/operations.ts';
import type { Queues } from '../sqs/index.ts';
import type { Storage } from '../storage/storage.ts';
import { Archive, type ArchiveProps } from './archive.ts';
import { archiveOperations } from './archive-api.ts';
import { type ArchiveListing, type ArchiveListingRequest, listArchive } from './archive-listing.ts';
import { ArchivedEvents } from './archived-events.ts';
import type { RuleProps } from './bus.ts';
import { busOperations } from './bus-api.ts';
import { type PutEventsEntry, toBusEvent } from './bus-event.ts';
import { BusRecords } from './bus-records.ts';
import { Buses, busName } from './buses.ts';
import type { Operations, Request } from './event-bridge-request.ts';
import { EventRouter } from './event-router.ts';
import { checkSize, entriesIn } from './put-events-request.ts';
import { replayOperations } from './replay-api.ts';
import { Replays } from './replays.ts';
import { ruleOperations } from './rule-api.ts';
import { RuleChanges } from './rule-changes.ts';
import type { RuleDelivery } from './rule-delivery.ts';
import { Rules } from './rules.ts';
import { targetOperations } from './target-api.ts';

interface EventBridgeProps {
  readonly account: Account;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly delivery: RuleDelivery;
  readonly storage: Storage;
  readonly queues: Queues;
}

export interface PutEventsResultEntry {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

export interface PutEventsResult {
  readonly FailedEntryCount: number;
  readonly Entries: readonly PutEventsResultEntry[];
}

/** EventBridge's classic buses: events in, archived, matched by rules, and delivered to the rules' target queues. */
export class EventBridge {
  readonly #props: EventBridgeProps;
  readonly #buses: Buses;
  readonly #rules: Rules;
  readonly #router: EventRouter;
  readonly #archivedEvents: ArchivedEvents;
  readonly #replays: Replays;
  readonly #operations: Operations;

  constructor(props: EventBridgeProps) {
    const { account, storage, clock } = props;
    this.#props = props;
    this.#buses = new Buses(account, new BusRecords(storage, clock));
    this.#rules = new Rules(this.#buses, new RuleChanges(storage));
    this.#router = new EventRouter(props);
    this.#archivedEvents = new ArchivedEvents(storage);
    const parts = {
      buses: this.#buses,
      rules: this.#rules,
      router: this.#router,
      archivedEvents: this.#archivedEvents,
    };
    this.#replays = new Replays({ ...props, ...parts });
    this.#operations = {
      PutEvents: (request) => this.putEvents(entriesIn(request)),
      ...busOperations(this.#buses),
      ...ruleOperations({ account, ...parts }),
      ...targetOperations(parts),
      ...archiveOperations(this.#buses),
      ...replayOperations({ ...parts, replays: this.#replays }),
    };
    this.createBus('default');
  }

  /** Goes on with replays that an earlier run of the engine left at work; for when buses, rules and queues are there again. */
  resumeReplays(): void {
    this.#replays.resume();
  }

  /** Ends all work. Replays go on after the next start. */
  stop(): void {
    this.#replays.stop();
  }

  /** @throws AwsError if there is one of that name */
  createBus(name: string, description?: string): void {
    this.#rules.restore(this.#buses.create(name, description));
  }

  /** Gives a bus another description. @throws AwsError if there is none of that name */
  describeBus(name: string, description?: string): void {
    this.#buses.describe(name, description);
  }

  /** Does nothing if there is none. @param keepsStored whether the storage still knows when it was made */
  removeBus(name: string, { keepsStored = false }: { keepsStored?: boolean } = {}): void {
    this.#buses.remove(name, keepsStored);
  }

  /**
   * Adds a template's rule to its bus, or changes the one of that name in one go: no event falls between the old and the new.
   * @throws InvalidEventPatternError
   */
  putRule(props: RuleProps): void {
    this.#rules.deploy(props);
  }

  /**
   * Does not mind if there is none.
   * @param keepsStored whether the storage keeps what the API changed of it, for a rule of that name
   */
  removeRule(busName: string, ruleName: string, { keepsStored = false }: { keepsStored?: boolean } = {}): void {
    this.#rules.remove(busName, ruleName, keepsStored);
  }

  /**
   * Adds an archive to its bus, with the events that are there from an earlier run, or gives the one that is there other settings.
   * @throws InvalidEventPatternError
   */
  addArchive(props: ArchiveProps): void {
    const { archives } = this.#buses.get(props.busArn);
    const before = this.#buses.archive(props.name);
    if (before && before.props.busArn !== props.busArn) {
      throw new Error(
        `is an archive of ${before.props.busArn} already; give it another name to take events from ${props.busArn}.`,
      );
    }
    archives.set(props.name, new Archive(props, this.#archivedEvents, this.#props.clock));
  }

  /**
   * Removes an archive with its events. Does not mind if there is none.
   * @param keepsStored whether the storage keeps the events, for an archive of that name
   */
  removeArchive(archiveName: string, { keepsStored = false }: { keepsStored?: boolean } = {}): void {
    for (const { archives } of this.#buses.all()) archives.delete(archiveName);
    if (!keepsStored) this.#archivedEvents.remove(archiveName);
  }

  /** Every archive's name, and the Unix epoch milliseconds at which it was made. */
  listArchives(): readonly { readonly name: string; readonly createdAt: number }[] {
    return this.#buses.archives().map(({ props, totals }) => ({ name: props.name, createdAt: totals.createdAt }));
  }

  /**
   * An archive's events as log lines, page by page. Undefined if there is no such archive.
   * @throws Error for an `after` that is none of its own
   */
  archivedEvents({
    archiveName,
    ...request
  }: ArchiveListingRequest & { archiveName: string }): ArchiveListing | undefined {
    const archive = this.#buses.archive(archiveName);
    return archive && listArchive(archive, this.#buses.get(archive.props.busArn), request);
  }

  /**
   * One API call.
   * @param traceHeader of the request: the trace of an entry that names none
   * @throws AwsError what EventBridge would answer
   */
  async handle(operation: string, request: Request, traceHeader?: string): Promise<object> {
    if (operation === 'PutEvents' && traceHeader !== undefined) {
      const TraceHeader = traceHeader;
      return this.putEvents(entriesIn(request).map((entry) => ({ TraceHeader, ...entry })));
    }
    return operationNamed(this.#operations, 'events', operation)(request);
  }

  /**
   * Puts events, each on its own: a bad entry fails alone, and a bus that does not exist swallows its event, as on AWS.
   * @throws AwsError for a request that is refused as a whole
   */
  putEvents(entries: readonly PutEventsEntry[]): PutEventsResult {
    checkSize(entries);
    const results = entries.map((entry) => this.#put(entry));
    return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results };
  }

  #put(entry: PutEventsEntry): PutEventsResultEntry {
    const { account, clock, journal } = this.#props;
    const { EventBusName = 'default' } = entry;
    const bus = busName(EventBusName);
    try {
      const event = toBusEvent(entry, account, clock.now());
      const found = this.#buses.find(EventBusName);
      const { id: eventId, source, 'detail-type': detailType, detail } = event;
      journal.write('event', { bus, eventId, source, detailType, detail, dropped: found === undefined });
      if (found) this.#router.publish(found, event, entry.TraceHeader);
      return { EventId: eventId };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message, details } = error;
      journal.write('event', { bus, source: entry.Source, detailType: entry.DetailType, code, message, ...details });
      return { ErrorCode: code, ErrorMessage: message };
    }
  }
}
