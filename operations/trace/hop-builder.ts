import { denialIn } from '../aws/denial.ts';
import { TEMPORARY_PREFIX } from '../deployed/temporary-names.ts';
import { URI_ATTRIBUTE } from '../deployed/users-table.ts';
import { type JournalEntry, keysOfBody, keysOfEvent, uriInRecord } from '../journal/journal.ts';
import { textsOf } from '../messages/json-fields.ts';
import type { HopOf, RefusedAttempt, TraceHop } from './hops.ts';
import { InvocationHops } from './invocation-hops.ts';
import { markOf } from './marks.ts';
import type { NamedQueue, Names, TraceItem } from './trace-items.ts';

/** Builds the hops of one registration from its items, in order. */
export class HopBuilder {
  readonly hops: TraceHop[] = [];
  readonly #names: Names;
  readonly #invocations: InvocationHops;
  /** The replay that emitted an event, by the event's id on the bus. */
  readonly #replays = new Map<string, string | undefined>();
  /** The last message with an event for a subscriber, by their lane. */
  readonly #lastMessages = new Map<string, string>();
  #uri: string | undefined;

  constructor(names: Names) {
    this.#names = names;
    this.#invocations = new InvocationHops(names);
  }

  add({ entry, line }: TraceItem): void {
    const hop = line === undefined ? this.#hopOf(entry) : this.#invocations.line(line);
    if (hop !== undefined) this.hops.push(hop);
  }

  /** The hop that an entry adds at the end; undefined if it adds none, or belongs to an earlier hop. */
  #hopOf(entry: JournalEntry): TraceHop | undefined {
    const { at } = entry;
    // The temporary rules of `events` are no part of the pipeline.
    const isTemporary = [entry.rule, entry.queue, entry.replay].some((name) =>
      String(name).startsWith(TEMPORARY_PREFIX),
    );
    if (isTemporary) return undefined;
    switch (entry.hop) {
      case 'stream-record':
        return this.#row(entry);
      case 'pipe-filter':
        return this.#filter(entry);
      case 'pipe-delivery':
        return this.#put(entry);
      case 'pipe-dlq':
        return {
          hop: 'pipe-dlq',
          at,
          condition: String(entry.condition),
          isLost: entry.outcome === 'lost',
          ...this.#pipeOf(entry),
        };
      case 'event':
        return this.#event(entry);
      case 'archived':
        return { hop: 'archived', at, archive: String(entry.archive) };
      case 'rule':
        return {
          hop: 'rule',
          at,
          ...this.#ruleStep(entry),
          matched: entry.matched === true,
          ...textsOf({ reason: entry.reason }),
        };
      case 'rule-delivery':
        return this.#delivery(entry);
      case 'rule-dlq':
        return this.#ruleGaveUp(entry);
      case 'message':
        return this.#message(entry);
      case 'message-deleted':
        return this.#deleted(entry);
      case 'batch':
        return this.#invocations.batch(entry);
      case 'api-call':
        return this.#invocations.call(entry);
      case 'invocation':
        return entry.outcome === 'items-failed' ? this.#noteFailedItems(entry) : this.#invocations.end(entry);
      case 'redriven-to-dlq':
        return this.#invocations.deadLetter(entry);
      case 'fault':
      case 'lab':
      case 'pipe-state':
        return this.#mark(entry);
    }
    return undefined;
  }

  #mark(entry: JournalEntry): TraceHop | undefined {
    const mark = markOf(entry, this.#names.function);
    if (mark === undefined) return undefined;
    const { at, sequence, invocation, invocations, eventId: busEventId, messageId } = entry;
    const requestId =
      invocation ?? (invocations as readonly string[] | undefined)?.find((id) => this.#invocations.has(id));
    return { hop: 'mark', at, ...mark, sequence, ...textsOf({ requestId, busEventId, messageId }) };
  }

  #row(entry: JournalEntry): TraceHop {
    const uri = uriInRecord(entry, URI_ATTRIBUTE);
    const isNews = uri !== undefined && uri !== this.#uri;
    // The first record, as of an old row, may show a URI that was written before.
    const isWritten = isNews && this.hops.length > 0;
    this.#uri = uri;
    const change = entry.eventName === 'INSERT' ? 'written' : entry.eventName === 'REMOVE' ? 'removed' : 'changed';
    return {
      hop: 'row',
      at: entry.at,
      eventId: String(entry.eventId),
      change: isWritten ? 'URI written' : change,
      ...(isNews && { uri }),
    };
  }

  /** Where users leave, two pipes read the stream: what one of them leaves to the other is no step. */
  #filter(entry: JournalEntry): TraceHop | undefined {
    const { at, pipe, eventName: change } = entry;
    if (pipe !== undefined && !this.#names.isPipeFor(change, pipe)) return undefined;
    return { hop: 'filter', at, passed: entry.passed === true, change: String(change), ...this.#pipeOf(entry) };
  }

  #pipeOf({ pipe }: JournalEntry): { readonly isOfDeletions?: true } {
    return pipe === undefined || this.#names.isPipe(pipe) ? {} : { isOfDeletions: true };
  }

  /** The pipe's entry for a put comes after the entries of the rules for that event. */
  #put(entry: JournalEntry): TraceHop | undefined {
    const attempt = { hop: 'put', at: entry.at, attempt: Number(entry.retries) + 1, ...this.#pipeOf(entry) } as const;
    if (entry.outcome !== 'delivered') return { ...attempt, refusal: refusalIn(entry) };
    const index = this.hops.findIndex((hop) => hop.hop === 'event' && hop.busEventId === entry.busEventId);
    const event = this.hops[index];
    if (event === undefined) return attempt;
    this.hops.splice(index, 0, { ...attempt, at: event.at });
    return undefined;
  }

  #event(entry: JournalEntry): TraceHop {
    const busEventId = String(entry.eventId);
    const { replayName: replay } = keysOfEvent(entry);
    this.#replays.set(busEventId, replay);
    return {
      hop: 'event',
      at: entry.at,
      busEventId,
      detailType: String(entry.detailType),
      source: String(entry.source),
      isDropped: entry.dropped === true,
      ...(entry.replay !== undefined && { isReplayed: true }),
      ...textsOf({ replay }),
    };
  }

  /** The queue's entry comes before the entry of the rule that sent the message. */
  #message(entry: JournalEntry): TraceHop {
    const { busEventId, detailType, replayName: replay } = keysOfBody(entry.body);
    const messageId = String(entry.messageId);
    this.#invocations.addMessage(messageId, replay);
    const queue = this.#names.queue(entry.queue);
    this.#lastMessages.set(JSON.stringify([queue.subscriber, busEventId, replay]), messageId);
    return { hop: 'message', at: entry.at, ...queue, messageId, ...textsOf({ busEventId, detailType, replay }) };
  }

  /** A redrive sends the event again before it deletes the message: then there is a newer one. */
  #deleted({ at, queue: name, messageId: id, body }: JournalEntry): TraceHop | undefined {
    const { busEventId, detailType, replayName: replay } = keysOfBody(body);
    const queue = this.#names.queue(name);
    const messageId = String(id);
    if (this.#lastMessages.get(JSON.stringify([queue.subscriber, busEventId, replay])) !== messageId) return undefined;
    return { hop: 'deleted', at, ...queue, messageId, ...textsOf({ busEventId, detailType, replay }) };
  }

  #delivery(entry: JournalEntry): TraceHop | undefined {
    const attempt = {
      hop: 'delivery',
      at: entry.at,
      ...this.#ruleStep(entry),
      attempt: Number(entry.retries) + 1,
    } as const;
    if (entry.outcome !== 'delivered') return { ...attempt, refusal: refusalIn(entry) };
    const index = this.#messageOf(attempt.busEventId, this.#names.queue(entry.target));
    const sent = this.hops[index] as HopOf<'message'> | undefined;
    if (sent === undefined) return attempt;
    const { at, messageId } = sent;
    this.hops[index] = { ...attempt, at, messageId };
    return undefined;
  }

  #ruleGaveUp(entry: JournalEntry): TraceHop {
    const step = this.#ruleStep(entry);
    const index = this.#messageOf(step.busEventId, this.#names.queue(entry.dlqArn));
    if (index !== -1) this.hops.splice(index, 1);
    return { hop: 'rule-dlq', at: entry.at, ...step, code: String(entry.reason), isLost: entry.lost === true };
  }

  /** The last message with that event in a queue that no rule's entry claims yet; -1 if there is none. */
  #messageOf(busEventId: string, { subscriber, isDlq }: NamedQueue): number {
    return this.hops.findLastIndex(
      (hop) =>
        hop.hop === 'message' && hop.busEventId === busEventId && hop.subscriber === subscriber && hop.isDlq === isDlq,
    );
  }

  /** The entry with the failed items comes after the invocation's. */
  #noteFailedItems(entry: JournalEntry): undefined {
    const index = this.hops.findIndex((hop) => hop.hop === 'invocation' && hop.requestId === entry.requestId);
    const ended = this.hops[index];
    if (ended?.hop === 'invocation') this.hops[index] = this.#invocations.withFailedItems(ended, entry);
  }

  #ruleStep({ rule, eventId }: JournalEntry) {
    const busEventId = String(eventId);
    return { subscriber: this.#names.rule(rule), busEventId, ...textsOf({ replay: this.#replays.get(busEventId) }) };
  }
}

function refusalIn({ code, message, retryAt }: JournalEntry): RefusedAttempt {
  const denied = denialIn(String(message));
  return {
    code: String(code),
    message: String(message),
    ...(typeof retryAt === 'number' && { retryAt }),
    ...(denied && { denied }),
  };
}
