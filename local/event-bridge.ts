import type { Account } from './account.ts';
import { Archive, type ArchiveProps } from './archive.ts';
import { type ArchiveListing, type ArchiveListingRequest, listArchive } from './archive-listing.ts';
import { ArchivedEvents } from './archived-events.ts';
import { AwsError } from './aws-error.ts';
import type { Bus, Rule, RuleProps } from './bus.ts';
import { type BusEvent, checkRequest, type PutEventsEntry, toBusEvent } from './bus-event.ts';
import { Buses } from './buses.ts';
import type { Clock } from './clock.ts';
import { describeArchive, describeRule } from './event-bridge-answers.ts';
import { compileEventPattern } from './event-pattern.ts';
import type { Journal } from './journal.ts';
import type { RuleDelivery } from './rule-delivery.ts';
import type { Storage } from './storage.ts';

interface EventBridgeProps {
  readonly account: Account;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly delivery: RuleDelivery;
  readonly storage: Storage;
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

type Operation = (request: Record<string, unknown>) => object | Promise<object>;

/** EventBridge's classic buses: events in, archived, matched by rules, and delivered to the rules' target queues. */
export class EventBridge {
  readonly #props: EventBridgeProps;
  readonly #buses: Buses;
  readonly #archivedEvents: ArchivedEvents;
  readonly #operations: Readonly<Record<string, Operation>> = {
    PutEvents: (request) => this.putEvents((request.Entries ?? []) as PutEventsEntry[]),
    ListEventBuses: () => ({ EventBuses: this.#buses.all().map(({ name, arn }) => ({ Name: name, Arn: arn })) }),
    DescribeEventBus: (request) => {
      const { name, arn } = this.#buses.get(request.Name ?? 'default');
      return { Name: name, Arn: arn };
    },
    ListRules: (request) => ({
      Rules: [...this.#buses.get(request.EventBusName ?? 'default').rules.values()].map(describeRule),
    }),
    DescribeRule: (request) => describeRule(this.#buses.rule(request.EventBusName ?? 'default', request.Name)),
    ListTargetsByRule: (request) => ({
      Targets: this.#buses.rule(request.EventBusName ?? 'default', request.Rule).targets.map(({ id, arn }) => ({
        Id: id,
        Arn: arn,
      })),
    }),
    ListArchives: () => ({ Archives: this.#archives().map(describeArchive) }),
    DescribeArchive: (request) => {
      const archive = this.#buses.archive(String(request.ArchiveName));
      if (archive) return { ArchiveArn: archive.props.arn, ...describeArchive(archive) };
      throw notFound(`Archive ${request.ArchiveName} does not exist.`);
    },
  };

  constructor(props: EventBridgeProps) {
    this.#props = props;
    this.#buses = new Buses(props.account);
    this.#archivedEvents = new ArchivedEvents(props.storage);
    this.createBus('default');
  }

  /** @throws AwsError if there is one of that name */
  createBus(name: string): void {
    this.#buses.create(name);
  }

  /** Does not mind if there is none. */
  removeBus(name: string): void {
    this.#buses.remove(name);
  }

  /**
   * Adds a rule to its bus, or changes the one of that name in one go: no event falls between the old and the new.
   * @throws InvalidEventPatternError
   */
  putRule(props: RuleProps): void {
    const { rules } = this.#buses.get(props.busName);
    rules.set(props.name, { ...props, matches: compileEventPattern(props.pattern) });
  }

  /** Does not mind if there is none. */
  removeRule(busName: string, ruleName: string): void {
    this.#buses.find(busName)?.rules.delete(ruleName);
  }

  /** Adds an archive to its bus, with the events that are there from an earlier run. @throws InvalidEventPatternError */
  addArchive(props: ArchiveProps): void {
    const { archives } = this.#buses.get(props.busArn);
    archives.set(props.name, new Archive(props, this.#archivedEvents, this.#props.clock));
  }

  /** Removes an archive with its events. Does not mind if there is none. */
  removeArchive(archiveName: string): void {
    for (const { archives } of this.#buses.all()) archives.delete(archiveName);
    this.#archivedEvents.remove(archiveName);
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
   * @throws AwsError what EventBridge would answer
   */
  async handle(operation: string, request: Record<string, unknown>): Promise<object> {
    const run = this.#operations[operation];
    if (run) return run(request);
    throw new AwsError('UnknownOperationException', `The local engine does not implement events:${operation}.`);
  }

  /**
   * Puts events, each on its own: a bad entry fails alone, and a bus that does not exist swallows its event, as on AWS.
   * @throws AwsError for a request that is refused as a whole
   */
  putEvents(entries: readonly PutEventsEntry[]): PutEventsResult {
    checkRequest(entries);
    const results = entries.map((entry) => this.#put(entry));
    return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results };
  }

  #put(entry: PutEventsEntry): PutEventsResultEntry {
    const { account, clock, journal } = this.#props;
    const busName = (entry.EventBusName ?? 'default').split('/').at(-1) ?? 'default';
    try {
      const event = toBusEvent(entry, account, clock.now());
      const bus = this.#buses.find(busName);
      const { id: eventId, source, 'detail-type': detailType, detail } = event;
      journal.write('event', { bus: busName, eventId, source, detailType, detail, dropped: bus === undefined });
      if (bus) this.#publish(bus, event);
      return { EventId: eventId };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message } = error;
      journal.write('event', { bus: busName, source: entry.Source, detailType: entry.DetailType, code, message });
      return { ErrorCode: code, ErrorMessage: message };
    }
  }

  #publish(bus: Bus, event: BusEvent): void {
    const { journal, delivery } = this.#props;
    const body = JSON.stringify(event);
    for (const archive of bus.archives.values()) {
      if (archive.offer(event, body)) journal.write('archived', { archive: archive.props.name, eventId: event.id });
    }
    for (const rule of bus.rules.values()) {
      const matched = rule.isEnabled && rule.matches(event);
      const reason = matched ? undefined : whyNot(rule, event);
      journal.write('rule', { rule: rule.name, eventId: event.id, matched, reason });
      if (!matched) continue;
      for (const target of rule.targets) {
        void delivery.deliver({ ruleArn: rule.arn, ruleName: rule.name, target, eventId: event.id, body });
      }
    }
  }

  #archives(): Archive[] {
    return this.#buses.all().flatMap(({ archives }) => [...archives.values()]);
  }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

function whyNot(rule: Rule, event: BusEvent): string | undefined {
  return rule.isEnabled ? rule.matches.explain(event) : 'the rule is disabled';
}
