import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Faults } from '../journal/faults.ts';
import type { Journal } from '../journal/journal.ts';
import type { LogLine } from '../logs/index.ts';
import { operationNamed } from '../protocols/operations.ts';
import type { Queues } from '../sqs/index.ts';
import type { Storage } from '../storage/storage.ts';
import { Archive, type ArchiveProps, forgetArchive } from './archive.ts';
import { busOperations, replayOperations } from './bus-api.ts';
import { Buses, busName, Rules } from './buses.ts';
import type { EventBridgeOperations, EventBridgeRequest } from './event-bridge-request.ts';
import { EventRouter } from './event-router.ts';
import { checkSize, entriesIn, type PutEventsEntry, toBusEvent } from './put-events.ts';
import { type ArchiveListingRequest, listArchive } from './replay.ts';
import { Replays } from './replays.ts';
import { ruleOperations } from './rule-api.ts';
import type { RuleDelivery } from './rule-delivery.ts';

interface EventBridgeProps {
  readonly account: Account;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly delivery: Pick<RuleDelivery, 'deliver'>;
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

/** What a fault names to have one entry of a request refused, and not the others. */
const ENTRY = 'events:PutEventsEntry';

/** EventBridge's classic buses: they archive events, match them by rules, and deliver them to the rules' targets. */
export class EventBridge {
  readonly buses: Buses;
  readonly rules: Rules;
  readonly replays: Replays;
  readonly #props: EventBridgeProps;
  readonly #router: EventRouter;
  readonly #operations: EventBridgeOperations;

  constructor(props: EventBridgeProps) {
    const { account, storage } = props;
    this.#props = props;
    const buses = new Buses(props);
    const rules = new Rules(buses, storage);
    this.#router = new EventRouter(props);
    const replays = new Replays({ ...props, buses, router: this.#router });
    this.#operations = {
      PutEvents: (request) => this.putEvents(entriesIn(request)),
      ...busOperations(buses),
      ...ruleOperations(account, buses, rules),
      ...replayOperations(buses, replays),
    };
    this.buses = buses;
    this.rules = rules;
    this.replays = replays;
    this.createBus('default');
  }

  /** Creates a bus, with the rules that the API made there in an earlier run. @throws AwsError if there is one of that name */
  createBus(name: string, description?: string): void {
    this.rules.restore(this.buses.create(name, description));
  }

  /**
   * Adds an archive to its bus, with the events of an earlier run, or changes the settings of the one that is there.
   * @throws InvalidEventPatternError
   */
  addArchive(props: ArchiveProps): void {
    const { archives } = this.buses.get(props.busArn);
    const before = this.buses.archive(props.name);
    if (before && before.props.busArn !== props.busArn) {
      throw new Error(
        `is an archive of ${before.props.busArn} already; give it another name to take events from ${props.busArn}.`,
      );
    }
    archives.set(props.name, new Archive(props, this.#props.storage, this.#props.clock));
  }

  /**
   * Removes an archive with its events. Does nothing if there is none.
   * @param keepsStored whether the events stay stored, for an archive of that name
   */
  removeArchive(archiveName: string, { keepsStored = false } = {}): void {
    for (const { archives } of this.buses.all()) archives.delete(archiveName);
    if (!keepsStored) forgetArchive(this.#props.storage, archiveName);
  }

  /** Every archive's name, and the Unix epoch milliseconds at which it was created. */
  listArchives(): readonly { readonly name: string; readonly createdAt: number }[] {
    return this.buses.archives().map(({ props, totals }) => ({ name: props.name, createdAt: totals.createdAt }));
  }

  /** An archive's events as log lines; undefined without such an archive. @throws Error for an `after` that is not an id of theirs */
  archivedEvents(archiveName: string, request: ArchiveListingRequest): readonly LogLine[] | undefined {
    const archive = this.buses.archive(archiveName);
    return archive && listArchive(archive, this.buses.get(archive.props.busArn), request);
  }

  /** Names of all operations. */
  get operations(): string[] {
    return Object.keys(this.#operations);
  }

  /**
   * Handles one API call.
   * @param traceHeader of the request: the trace of an entry that names none
   * @throws AwsError what EventBridge would answer
   */
  async handle(operation: string, request: EventBridgeRequest, traceHeader?: string): Promise<object> {
    if (operation === 'PutEvents' && traceHeader !== undefined) {
      const TraceHeader = traceHeader;
      return this.putEvents(entriesIn(request).map((entry) => ({ TraceHeader, ...entry })));
    }
    return operationNamed(this.#operations, 'events', operation)(request);
  }

  /**
   * Puts events, each on its own: a bad entry fails alone, and an event for a bus that does not exist is dropped, as on AWS.
   * @throws AwsError for a request that is refused as a whole
   */
  putEvents(entries: readonly PutEventsEntry[]): PutEventsResult {
    checkSize(entries);
    const results = entries.map((entry) => this.#put(entry));
    return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results };
  }

  #put(entry: PutEventsEntry): PutEventsResultEntry {
    const { account, clock, journal, faults } = this.#props;
    const { EventBusName = 'default' } = entry;
    const bus = busName(EventBusName);
    try {
      const struck = faults.strikeAtOnce(ENTRY);
      if (struck?.when === 'before') throw struck.error;
      const event = toBusEvent(entry, account, clock.now());
      const found = this.buses.find(EventBusName);
      const { id: eventId, source, 'detail-type': detailType, detail } = event;
      journal.write('event', { bus, eventId, source, detailType, detail, dropped: found === undefined });
      if (found) this.#router.publish(found, event, entry.TraceHeader);
      if (struck !== undefined) throw struck.error;
      return { EventId: eventId };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message, details } = error;
      journal.write('event', { bus, source: entry.Source, detailType: entry.DetailType, code, message, ...details });
      return { ErrorCode: code, ErrorMessage: message };
    }
  }
}
