import { setTimeout } from 'node:timers/promises';
import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResponse,
} from '@aws-sdk/client-eventbridge';
import { CommandFailure } from '../messages/errors.ts';
import { ifFound, RECREATE_HINT } from './aws-failure.ts';

/**
 * The pages of an EventBridge list: the SDK has no paginators for this service.
 * @param read reads the first page, or the one that a token names
 * @example
 * for await (const { Rules = [] } of allPages((next) => client.send(new ListRulesCommand({ NamePrefix, ...next })))) …
 */
export async function* allPages<TPage extends { readonly NextToken?: string | undefined }>(
  read: (next: { readonly NextToken?: string }) => Promise<TPage>,
): AsyncGenerator<TPage> {
  let page = await read({});
  yield page;
  // An empty token ends the list as well.
  while (page.NextToken) {
    page = await read({ NextToken: page.NextToken });
    yield page;
  }
}

/** Limits of one request (EventBridge user guide, eb-putevents). */
const MOST_ENTRIES = 10;
const MOST_BYTES = 1_048_576;

/** Entry error codes that are retried; all others are final (EventBridge API reference, PutEventsResultEntry). */
const RETRYABLE_CODES = new Set(['InternalFailure', 'ThrottlingException']);

/** With these pauses, a throttled entry is given up after 16 s. */
const MOST_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/** An entry that the bus refused. */
export interface RefusedEntry {
  /** Its index in the given entries. */
  readonly index: number;
  /** Such as `ThrottlingException`. */
  readonly code: string;
  readonly message: string;
}

export interface PutEventsEffects {
  /** Sends one request. */
  send(entries: PutEventsRequestEntry[]): Promise<PutEventsResponse>;
  pause(ms: number): Promise<unknown>;
}

/** Entries of one request, with their indices. */
type Request = [index: number, entry: PutEventsRequestEntry][];

/**
 * Puts entries on a bus, in their order, in as few requests as possible. Throttled entries are retried.
 * @returns the refused entries; all others are on the bus
 * @throws the error of a whole request, such as AccessDeniedException: its entries and later ones may be on the bus or not
 */
export async function putEvents(
  entries: readonly PutEventsRequestEntry[],
  { send, pause }: PutEventsEffects,
): Promise<RefusedEntry[]> {
  const refused: RefusedEntry[] = [];
  for (const request of inRequests(entries)) {
    let pending = request;
    for (let attempt = 1; pending.length > 0; attempt++) {
      const failures = refusals(pending, await send(pending.map(([, entry]) => entry)));
      const isLast = attempt === MOST_ATTEMPTS;
      refused.push(...failures.filter(({ code }) => isLast || !RETRYABLE_CODES.has(code)));
      const again = new Set(failures.filter(({ code }) => RETRYABLE_CODES.has(code)).map(({ index }) => index));
      pending = isLast ? [] : pending.filter(([index]) => again.has(index));
      if (pending.length > 0) await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
    }
  }
  return refused;
}

/** Puts events with a client. */
export function putEventsWith(client: EventBridgeClient): PutEventsEffects {
  return { send: (Entries) => client.send(new PutEventsCommand({ Entries })), pause: setTimeout };
}

/**
 * Makes sure that a bus exists: PutEvents to one that does not answers success, and the events are lost.
 * @throws CommandFailure if it does not
 */
export async function requireBus(client: EventBridgeClient, busName: string): Promise<void> {
  const found = await ifFound(client.send(new DescribeEventBusCommand({ Name: busName })));
  if (found === undefined) throw new CommandFailure(`the event bus ${busName} does not exist: ${RECREATE_HINT}`);
}

/** At least one entry each, even a too large one, which EventBridge refuses. */
function* inRequests(entries: readonly PutEventsRequestEntry[]): Generator<Request> {
  let request: Request = [];
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const size = sizeOf(entry);
    if (request.length === MOST_ENTRIES || (request.length > 0 && bytes + size > MOST_BYTES)) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push([index, entry]);
    bytes += size;
  }
  if (request.length > 0) yield request;
}

/** Bytes that an entry counts for (EventBridge user guide, eb-putevents). */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

/** Refused entries come with status 200. An entry without an event id is refused. */
function refusals(request: Request, { FailedEntryCount, Entries = [] }: PutEventsResponse): RefusedEntry[] {
  if (FailedEntryCount === 0) return [];
  return request.flatMap(([index], place) => {
    const { EventId, ErrorCode = 'no code', ErrorMessage = 'no message' } = Entries[place] ?? {};
    return EventId === undefined ? [{ index, code: ErrorCode, message: ErrorMessage }] : [];
  });
}
