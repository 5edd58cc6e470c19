import { TEMPORARY_PREFIX } from '../deployed/temporary-rules.ts';
import { URI_ATTRIBUTE } from '../deployed/users-table.ts';
import { type JournalEntry, keysOfBody, keysOfEvent, uriInRecord } from '../journal/journal.ts';
import type { EventHop, MessageHop, RefusedAttempt, RowHop, TracedRegistration, TraceHop } from './hops.ts';
import { InvocationHops, replayOf } from './invocation-hops.ts';
import { type FollowedUser, RegistrationIds, UNKNOWN } from './registration-ids.ts';
import type { NamedQueue, Names, TraceItem } from './trace-items.ts';

/** Whether it belongs to a temporary rule of `events`, which is no part of the pipeline. */
function isTemporary({ rule, queue, replay }: JournalEntry): boolean {
  return [rule, queue, replay].some((name) => String(name ?? '').startsWith(TEMPORARY_PREFIX));
}

/** Builds the hops of one registration from its items, in order. */
export class HopBuilder {
  readonly #names: Names;
  readonly #hops: TraceHop[] = [];
  readonly #invocations: InvocationHops;
  /** The replay that emitted an event, by the event's id on the bus. */
  readonly #replays = new Map<string, string | undefined>();
  #uri: string | undefined;

  constructor(names: Names) {
    this.#names = names;
    this.#invocations = new InvocationHops(names);
  }

  get hops(): readonly TraceHop[] {
    return this.#hops;
  }

  add({ entry, line }: TraceItem): void {
    if (line !== undefined) this.#push(this.#invocations.line(line));
    else if (isTemporary(entry)) return;
    else if (entry.hop === 'rule-delivery') this.#addDelivery(entry);
    else if (entry.hop === 'pipe-delivery') this.#addPut(entry);
    else if (entry.hop === 'rule-dlq') this.#addRuleGaveUp(entry);
    else if (entry.outcome === 'items-failed') this.#addFailedItems(entry);
    else this.#push(this.#hopOf(entry));
  }

  #push(hop: TraceHop | undefined): void {
    if (hop !== undefined) this.#hops.push(hop);
  }

  #hopOf(entry: JournalEntry): TraceHop | undefined {
    switch (entry.hop) {
      case 'stream-record':
        return this.#row(entry);
      case 'pipe-filter':
        return filter(entry);
      case 'pipe-dlq':
        return pipeGaveUp(entry);
      case 'event':
        return this.#event(entry);
      case 'archived':
        return { hop: 'archived', at: entry.at, archive: String(entry.archive) };
      case 'rule':
        return this.#rule(entry);
      case 'message':
        return this.#message(entry);
      case 'batch':
        return this.#invocations.batch(entry);
      case 'api-call':
        return this.#invocations.call(entry);
      case 'invocation':
        return this.#invocations.end(entry);
      case 'redriven-to-dlq':
        return this.#invocations.deadLetter(entry);
      default:
        return undefined;
    }
  }

  /** The pipe's entry for a put comes after the entries of the rules for that event. */
  #addPut(entry: JournalEntry): void {
    const attempt = { hop: 'put', at: entry.at, attempt: Number(entry.retries) + 1 } as const;
    const index = this.#hops.findIndex((hop) => hop.hop === 'event' && hop.busEventId === entry.busEventId);
    const event = this.#hops[index];
    if (entry.outcome !== 'delivered') this.#push({ ...attempt, refusal: refusalIn(entry) });
    else if (event === undefined) this.#push(attempt);
    else this.#hops.splice(index, 0, { ...attempt, at: event.at });
  }

  #row(entry: JournalEntry): RowHop {
    const uri = uriInRecord(entry, URI_ATTRIBUTE);
    const isNews = uri !== undefined && uri !== this.#uri;
    // The first record, as of an old row, may show a URI that was written before.
    const isWritten = isNews && this.#hops.length > 0;
    this.#uri = uri;
    const change = entry.eventName === 'INSERT' ? 'written' : entry.eventName === 'REMOVE' ? 'removed' : 'changed';
    const eventId = String(entry.eventId);
    const about = { hop: 'row', at: entry.at, eventId } as const;
    if (change === 'changed' && isWritten) return { ...about, change: 'URI written', uri };
    return { ...about, change, ...(isNews && { uri }) };
  }

  #event(entry: JournalEntry): EventHop {
    const { busEventId = '', replayName } = keysOfEvent(entry);
    this.#replays.set(busEventId, replayName);
    return {
      hop: 'event',
      at: entry.at,
      busEventId,
      detailType: String(entry.detailType),
      source: String(entry.source),
      isDropped: entry.dropped === true,
      ...replayOf(replayName),
    };
  }

  #rule(entry: JournalEntry): TraceHop {
    const { at, rule, eventId, matched, reason } = entry;
    const why = typeof reason === 'string' ? { reason } : {};
    return {
      hop: 'rule',
      at,
      subscriber: this.#names.rule(rule),
      matched: matched === true,
      ...why,
      ...this.#of(eventId),
    };
  }

  /** The queue's entry comes before the entry of the rule that sent the message. */
  #message(entry: JournalEntry): MessageHop {
    const { busEventId, replayName } = keysOfBody(entry.body);
    const messageId = String(entry.messageId);
    this.#invocations.addMessage(messageId, replayName);
    return {
      hop: 'message',
      at: entry.at,
      ...this.#names.queue(entry.queue),
      messageId,
      ...(busEventId !== undefined && { busEventId }),
      ...replayOf(replayName),
    };
  }

  #addDelivery(entry: JournalEntry): void {
    const { at, rule, target, eventId, retries } = entry;
    const attempt = {
      hop: 'delivery',
      at,
      subscriber: this.#names.rule(rule),
      attempt: Number(retries) + 1,
      ...this.#of(eventId),
    } as const;
    const isDelivered = entry.outcome === 'delivered';
    const index = isDelivered ? this.#messageOf(String(eventId), this.#names.queue(target)) : -1;
    const sent = this.#hops[index] as MessageHop | undefined;
    if (!isDelivered) this.#push({ ...attempt, refusal: refusalIn(entry) });
    else if (sent === undefined) this.#push(attempt);
    else this.#hops[index] = { ...attempt, at: sent.at, messageId: sent.messageId, ...replayOf(sent.replay) };
  }

  #addRuleGaveUp(entry: JournalEntry): void {
    const { at, rule, eventId, reason, lost, dlqArn } = entry;
    const subscriber = this.#names.rule(rule);
    const index = this.#messageOf(String(eventId), this.#names.queue(dlqArn));
    if (index !== -1) this.#hops.splice(index, 1);
    this.#push({ hop: 'rule-dlq', at, subscriber, code: String(reason), isLost: lost === true, ...this.#of(eventId) });
  }

  /** The last message with that event in a queue that no rule's entry claims yet; -1 if there is none. */
  #messageOf(busEventId: string, { subscriber, isDlq }: NamedQueue): number {
    return this.#hops.findLastIndex(
      (hop) =>
        hop.hop === 'message' && hop.busEventId === busEventId && hop.subscriber === subscriber && hop.isDlq === isDlq,
    );
  }

  /** The entry with the failed items comes after the invocation's. */
  #addFailedItems(entry: JournalEntry): void {
    const index = this.#hops.findIndex((hop) => hop.hop === 'invocation' && hop.requestId === entry.requestId);
    const ended = this.#hops[index];
    if (ended?.hop === 'invocation') this.#hops[index] = this.#invocations.withFailedItems(ended, entry);
  }

  #of(eventId: unknown): { busEventId: string; replay?: string } {
    const busEventId = String(eventId);
    return { busEventId, ...replayOf(this.#replays.get(busEventId)) };
  }
}

function filter({ at, passed, eventName }: JournalEntry): TraceHop {
  return { hop: 'filter', at, passed: passed === true, change: String(eventName) };
}

function pipeGaveUp({ at, condition, outcome }: JournalEntry): TraceHop {
  return { hop: 'pipe-dlq', at, condition: String(condition), isLost: outcome === 'lost' };
}

function refusalIn({ code, message, retryAt }: JournalEntry): RefusedAttempt {
  return { code: String(code), message: String(message), ...(typeof retryAt === 'number' && { retryAt }) };
}

/**
 * A user's registrations, each with its hops.
 * @param items entries of the journal and lines of logs, in their order; those of other users are skipped
 * @returns in the order in which they began
 */
export function registrationsOf(items: readonly TraceItem[], user: FollowedUser, names: Names): TracedRegistration[] {
  const ids = new RegistrationIds(user);
  const builders = new Map<string, HopBuilder>();
  for (const item of items) {
    for (const key of ids.take(item)) {
      const builder = builders.get(key) ?? new HopBuilder(names);
      builders.set(key, builder);
      builder.add(item);
    }
  }
  return [...builders].map(([key, { hops }]) => ({ ...(key !== UNKNOWN && { correlationId: key }), hops }));
}
