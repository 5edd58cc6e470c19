import type { JournalEntry } from '../../local/journal.ts';
import { keysOfEvent, parseObject, uriInRecord, userOfRecord } from '../journal/journal-reading.ts';
import { functionOwner, shortName } from '../resource-names.ts';
import { URI_ATTRIBUTE } from '../users-table.ts';
import { FailedInvocations } from './failed-invocations.ts';

export interface Followed {
  readonly userId: string;
  readonly userIdAttribute: string;
  readonly stackName: string;
}

/**
 * How far a user's registration came, and what went wrong on the way, in words.
 * @param entries the journal's, in their order
 */
export function describeReachedHop(entries: readonly JournalEntry[], followed: Followed): string {
  const trail = new Trail(followed);
  for (const entry of entries) trail.follow(entry);
  return trail.toString();
}

class Trail {
  readonly #followed: Followed;
  /** The registration's first event id, which all that follows from it carries. */
  #correlationId: string | undefined;
  /** Its events on the bus: their detail-types, by the id that the bus gave them. */
  readonly #busEvents = new Map<string, string>();
  /** Rules that each of them matched, and queues that have it. */
  readonly #takers = new Map<string, { readonly rules: string[]; readonly queues: string[] }>();
  readonly #failedInvocations = new FailedInvocations();
  readonly #messageIds = new Set<string>();
  #reached = 'no row of this user was written';
  #problem: string | undefined;

  constructor(followed: Followed) {
    this.#followed = followed;
  }

  follow(entry: JournalEntry): void {
    const { hop, eventId } = entry;
    const event = this.#busEvents.get(String(eventId));
    if (hop === 'stream-record') this.#followRecord(entry);
    else if (this.#correlationId === undefined) return;
    else if (hop === 'event') this.#followEvent(entry);
    else if (hop === 'log') this.#followLog(String(entry.line));
    else if (hop === 'message') this.#followMessage(entry);
    else if (hop === 'invocation') this.#followInvocation(entry);
    else if (hop === 'pipe-dlq') this.#followPipeDlq(entry);
    else if (eventId === this.#correlationId) this.#followPipe(entry);
    else if (event !== undefined) this.#followRule(entry, event);
  }

  toString(): string {
    return this.#reached + (this.#problem === undefined ? '' : `; ${this.#problem}`);
  }

  #followRecord(entry: JournalEntry): void {
    const { userId, userIdAttribute } = this.#followed;
    if (userOfRecord(entry, userIdAttribute) !== userId) return;
    if (entry.eventName === 'INSERT') {
      this.#correlationId = String(entry.eventId);
      this.#reached = 'its row was written, and its stream record waits for the pipe';
    } else if (uriInRecord(entry, URI_ATTRIBUTE) !== undefined) {
      this.#reached = 'its URI was recorded';
    }
  }

  #followPipe({ hop, passed, outcome, code, message }: JournalEntry): void {
    if (hop === 'pipe-filter') {
      this.#reached = passed ? 'its stream record passed the filter of the pipe' : 'the filter of the pipe dropped it';
    } else if (hop === 'pipe-delivery' && outcome === 'refused') {
      this.#problem = `the bus refused its event: ${code}: ${message}`;
    }
  }

  #followPipeDlq({ eventIds, condition }: JournalEntry): void {
    if (!(eventIds as unknown[]).includes(this.#correlationId)) return;
    this.#problem = `the pipe gave its stream record up: ${condition}`;
  }

  #followEvent(entry: JournalEntry): void {
    const { correlationId, detailType = 'event' } = keysOfEvent(entry);
    if (correlationId !== this.#correlationId) return;
    this.#busEvents.set(String(entry.eventId), detailType);
    this.#reached = entry.dropped
      ? `its ${detailType} event went to a bus that does not exist`
      : `its ${detailType} event is on the bus, and no rule has matched it`;
  }

  #followRule({ hop, eventId, rule, matched, outcome, target, reason }: JournalEntry, event: string): void {
    const ruleName = shortName(String(rule), this.#followed.stackName);
    const { rules, queues } = this.#takersOf(String(eventId));
    if (hop === 'rule' && matched) {
      rules.push(ruleName);
      if (queues.length === 0) this.#reached = `its ${event} event matched ${listed(rules)}`;
    } else if (hop === 'rule-delivery' && outcome === 'delivered') {
      queues.push(shortName(String(target), this.#followed.stackName));
      this.#reached = `its ${event} event was delivered to ${listed(queues)}`;
    } else if (hop === 'rule-dlq') {
      this.#problem = `${ruleName} could not deliver it: ${reason}`;
    }
  }

  #takersOf(eventId: string): { readonly rules: string[]; readonly queues: string[] } {
    const takers = this.#takers.get(eventId) ?? { rules: [], queues: [] };
    this.#takers.set(eventId, takers);
    return takers;
  }

  #followMessage({ messageId, body }: JournalEntry): void {
    if (String(body).includes(`"${this.#correlationId}"`)) this.#messageIds.add(String(messageId));
  }

  #followInvocation(entry: JournalEntry): void {
    const failed = this.#failedInvocations.read(entry);
    if (failed === undefined || ![...failed.messageIds].some((id) => this.#messageIds.has(id))) return;
    const name = functionOwner(shortName(failed.functionName, this.#followed.stackName));
    this.#problem = `${name} failed: ${failed.failure}`;
  }

  #followLog(line: string): void {
    // Parsing every line of a long journal would take seconds.
    if (!line.includes('"level":"ERROR"') || !line.includes(`"${this.#correlationId}"`)) return;
    const { service, message, problem } = parseObject(line) ?? {};
    this.#problem = `${service}: ${problem ?? message}`;
  }
}

function listed(names: readonly string[]): string {
  return names.join(' and ');
}
