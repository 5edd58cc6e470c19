import { URI_ATTRIBUTE } from '../deployed/users-table.ts';
import {
  type EventKeys,
  type JournalEntry,
  keysOfBody,
  keysOfEvent,
  uriInRecord,
  userOfRecord,
} from '../journal/journal.ts';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';
import type { LogLine, TraceItem } from './trace-items.ts';

export interface FollowedUser {
  readonly userId: string;
  /** The users table's key attribute. */
  readonly userIdAttribute: string;
  /** Whether a deleted row becomes an event, and so a story of its own. @default false */
  readonly deletionsAreEvents?: boolean;
}

/** Stands for the registration of a row that was written before the journal begins. */
export const UNKNOWN = '';

/** Registrations, by their correlation ids. */
type Keys = readonly string[];

const NONE: Keys = [];

/**
 * Finds which items belong to which registration of a user: the event id of a registration is its correlation id, which leads to
 * its events, these to their messages, and these to invocations. Takes items in their order.
 */
export class RegistrationIds {
  readonly #user: FollowedUser;
  /** As JSON has it, with its quotes. */
  readonly #userIdInJson: string;
  /** Registrations by the ids of stream records, of events on the bus, and of messages. */
  readonly #records = new Map<string, string>();
  readonly #events = new Map<string, string>();
  readonly #messages = new Map<string, string>();
  /** Registrations that an invocation works for, by its request id. */
  readonly #invocations = new Map<string, Set<string>>();
  readonly #registrations = new Set<string>();
  /** The registration that wrote the row as it is now. */
  #latest = UNKNOWN;
  /** Registrations by the URIs of their buckets, because a registration that a repair published has no stream record. */
  readonly #uris = new Map<string | undefined, string>();

  constructor(user: FollowedUser) {
    this.#user = user;
    this.#userIdInJson = JSON.stringify(user.userId);
  }

  /** Every id by which more items of the user can be found. */
  get all(): string[] {
    const ids = [this.#registrations, this.#records, this.#events, this.#messages, this.#invocations];
    return [...new Set(ids.flatMap((known) => [...known.keys()]))];
  }

  get registrations(): string[] {
    return [...this.#registrations];
  }

  get invocations(): string[] {
    return [...this.#invocations.keys()];
  }

  /** The registrations that an item belongs to; none if it is about another user. */
  take(item: TraceItem): Keys {
    return item.line === undefined ? this.#takeEntry(item.entry) : this.#takeLine(item.line);
  }

  #takeEntry(entry: JournalEntry): Keys {
    switch (entry.hop) {
      case 'stream-record':
        return this.#takeRecord(entry);
      case 'event':
        return this.#takeEvent(entry);
      case 'pipe-filter':
      case 'pipe-delivery':
        return known(this.#records, entry.eventId);
      case 'pipe-dlq':
        return [...new Set((entry.eventIds as readonly string[]).flatMap((id) => known(this.#records, id)))];
      case 'archived':
      case 'rule':
      case 'rule-delivery':
      case 'rule-dlq':
        return known(this.#events, entry.eventId);
      case 'message':
      case 'redriven-to-dlq':
      case 'message-deleted':
        return this.#takeMessage(entry);
      case 'batch':
        return this.#takeBatch(entry);
      case 'invocation':
        return this.#ofInvocation(entry.requestId);
      case 'api-call':
      case 'fault':
        return this.#takeCall(entry);
      case 'lab':
        return this.#takeKill(entry);
      default:
        return NONE;
    }
  }

  #takeRecord(entry: JournalEntry): Keys {
    const { userId, userIdAttribute } = this.#user;
    if (userOfRecord(entry, userIdAttribute) !== userId) return NONE;
    const eventId = String(entry.eventId);
    const registration = this.#registrationOfRecord(entry, eventId);
    this.#records.set(eventId, registration);
    return [this.#add(registration)];
  }

  /** The event of a record has the record's id as its correlation id, whatever the row names. */
  #registrationOfRecord(entry: JournalEntry, eventId: string): string {
    if (entry.eventName === 'INSERT') {
      this.#latest = eventId;
      return eventId;
    }
    if (entry.eventName === 'REMOVE' && this.#user.deletionsAreEvents === true) return eventId;
    return this.#uris.get(uriInRecord(entry, URI_ATTRIBUTE)) ?? this.#latest;
  }

  #takeEvent(entry: JournalEntry): Keys {
    const keys = keysOfEvent(entry);
    const registration = this.#registrationOf(keys);
    if (registration === undefined) return NONE;
    this.#events.set(String(entry.eventId), registration);
    if (keys.bucketUri !== undefined) this.#uris.set(keys.bucketUri, registration);
    return [this.#add(registration)];
  }

  /** A call of an invocation. One that a fault struck may be of the pipe with its records, of a rule, or deliver a message. */
  #takeCall({ invocation, eventIds = [], eventId, messageId }: JournalEntry): Keys {
    if (invocation !== undefined) return this.#ofInvocation(invocation);
    const ofRecords = (eventIds as readonly string[]).flatMap((id) => known(this.#records, id));
    return [...new Set([...ofRecords, ...known(this.#events, eventId), ...known(this.#messages, messageId)])];
  }

  #takeKill({ invocations = [] }: JournalEntry): Keys {
    return [...new Set((invocations as readonly string[]).flatMap((id) => this.#ofInvocation(id)))];
  }

  #takeMessage({ messageId, body }: JournalEntry): Keys {
    if (!this.#isMentionedIn(String(body))) return NONE;
    const registration = this.#registrationOf(keysOfBody(body));
    if (registration === undefined) return NONE;
    this.#messages.set(String(messageId), registration);
    return [this.#add(registration)];
  }

  #takeBatch({ requestId, messageIds }: JournalEntry): Keys {
    const found = new Set((messageIds as readonly string[]).flatMap((id) => known(this.#messages, id)));
    if (found.size > 0) this.#invocations.set(String(requestId), found);
    return [...found];
  }

  #takeLine({ line }: LogLine): Keys {
    const parsed = this.#isMentionedIn(line) ? parseObject(line) : undefined;
    if (parsed === undefined) return NONE;
    const { type, record, function_request_id: requestId, messageId } = parsed;
    if (type === 'platform.report') return this.#ofInvocation(fieldsOf(record).requestId);
    const registration = this.#registrationOf(parsed as EventKeys) ?? this.#messages.get(String(messageId));
    if (registration === undefined) return NONE;
    if (typeof requestId === 'string') {
      this.#invocations.set(requestId, (this.#invocations.get(requestId) ?? new Set()).add(registration));
    }
    return [this.#add(registration)];
  }

  /** An item that names another user belongs to none of this user's registrations, whatever else it names. */
  #registrationOf({ userId, correlationId, eventId }: EventKeys): string | undefined {
    if (userId === this.#user.userId) return correlationId ?? eventId ?? UNKNOWN;
    if (userId !== undefined) return undefined;
    return this.#registrations.has(String(correlationId)) ? correlationId : undefined;
  }

  #ofInvocation(requestId: unknown): Keys {
    return [...(this.#invocations.get(String(requestId)) ?? [])];
  }

  /** Whether a text is worth parsing: to parse all of a long journal would take seconds. */
  #isMentionedIn(text: string): boolean {
    if (text.includes(this.#userIdInJson)) return true;
    for (const known of [this.#registrations, this.#messages, this.#invocations]) {
      for (const id of known.keys()) if (text.includes(id)) return true;
    }
    return false;
  }

  #add(registration: string): string {
    if (registration !== UNKNOWN) this.#registrations.add(registration);
    return registration;
  }
}

function known(registrations: ReadonlyMap<string, string>, id: unknown): Keys {
  const registration = registrations.get(String(id));
  return registration === undefined ? NONE : [registration];
}
