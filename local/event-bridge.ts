import { type Account, arnOf } from './account.ts';
import { Archive, type ArchiveProps } from './archive.ts';
import { AwsError } from './aws-error.ts';
import type { Bus, Rule, RuleProps } from './bus.ts';
import { type BusEvent, checkRequest, type PutEventsEntry, toBusEvent } from './bus-event.ts';
import type { Clock } from './clock.ts';
import { describeArchive, describeRule } from './event-bridge-answers.ts';
import { compileEventPattern } from './event-pattern.ts';
import type { Journal } from './journal.ts';
import type { RuleDelivery } from './rule-delivery.ts';

interface EventBridgeProps {
  readonly account: Account;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly delivery: RuleDelivery;
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
  readonly #buses = new Map<string, Bus>();
  readonly #operations: Readonly<Record<string, Operation>> = {
    PutEvents: (request) => this.putEvents((request.Entries ?? []) as PutEventsEntry[]),
    ListEventBuses: () => ({
      EventBuses: [...this.#buses.values()].map(({ name, arn }) => ({ Name: name, Arn: arn })),
    }),
    DescribeEventBus: (request) => {
      const { name, arn } = this.#bus(request.Name ?? 'default');
      return { Name: name, Arn: arn };
    },
    ListRules: (request) => ({ Rules: this.#bus(request.EventBusName ?? 'default').rules.map(describeRule) }),
    DescribeRule: (request) => describeRule(this.#rule(request.EventBusName ?? 'default', request.Name)),
    ListTargetsByRule: (request) => ({
      Targets: this.#rule(request.EventBusName ?? 'default', request.Rule).targets.map(({ id, arn }) => ({
        Id: id,
        Arn: arn,
      })),
    }),
    ListArchives: () => ({ Archives: this.#archives().map(describeArchive) }),
    DescribeArchive: (request) => {
      const archive = this.#archives().find(({ name }) => name === request.ArchiveName);
      if (archive) return { ArchiveArn: archive.arn, ...describeArchive(archive) };
      throw notFound(`Archive ${request.ArchiveName} does not exist.`);
    },
  };

  constructor(props: EventBridgeProps) {
    this.#props = props;
    this.createBus('default');
  }

  /** @throws AwsError if there is one of that name */
  createBus(name: string): void {
    if (this.#buses.has(name))
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    const arn = arnOf(this.#props.account, 'events', `event-bus/${name}`);
    this.#buses.set(name, { name, arn, rules: [], archives: [] });
  }

  /** Does not mind if there is none. */
  removeBus(name: string): void {
    this.#buses.delete(name);
  }

  /**
   * Adds a rule to its bus, or changes the one of that name in one go: no event falls between the old and the new.
   * @throws InvalidEventPatternError
   */
  putRule(props: RuleProps): void {
    const { rules } = this.#bus(props.busName);
    const rule = { ...props, matches: compileEventPattern(props.pattern) };
    const index = rules.findIndex(({ name }) => name === props.name);
    if (index === -1) rules.push(rule);
    else rules[index] = rule;
  }

  /** Does not mind if there is none. */
  removeRule(busName: string, ruleName: string): void {
    const rules = this.#buses.get(busName)?.rules ?? [];
    const index = rules.findIndex(({ name }) => name === ruleName);
    if (index !== -1) rules.splice(index, 1);
  }

  addArchive(props: ArchiveProps): Archive {
    const archive = new Archive(props);
    this.#bus(props.busArn.split('/').at(-1)).archives.push(archive);
    return archive;
  }

  /** Does not mind if there is none. */
  removeArchive(archiveName: string): void {
    for (const { archives } of this.#buses.values()) {
      const index = archives.findIndex(({ name }) => name === archiveName);
      if (index !== -1) archives.splice(index, 1);
    }
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
      const bus = this.#buses.get(busName);
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
    for (const archive of bus.archives) {
      if (archive.offer(event, body)) journal.write('archived', { archive: archive.name, eventId: event.id });
    }
    for (const rule of bus.rules) {
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
    return [...this.#buses.values()].flatMap(({ archives }) => archives);
  }

  #bus(nameOrArn: unknown): Bus {
    const name = String(nameOrArn).split('/').at(-1) ?? '';
    const bus = this.#buses.get(name);
    if (bus) return bus;
    throw notFound(`Event bus ${name} does not exist.`);
  }

  #rule(busName: unknown, ruleName: unknown): Rule {
    const rule = this.#bus(busName).rules.find(({ name }) => name === ruleName);
    if (rule) return rule;
    throw notFound(`Rule ${ruleName} does not exist on EventBus ${busName}.`);
  }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

function whyNot(rule: Rule, event: BusEvent): string | undefined {
  return rule.isEnabled ? rule.matches.explain(event) : 'the rule is disabled';
}
