import type { JournalEntry } from '../../local/journal.ts';

/** What an event on the bus says about its registration, as far as it says it. */
export interface EventKeys {
  readonly detailType?: string;
  readonly userId?: string;
  readonly eventId?: string;
  readonly correlationId?: string;
}

interface Envelope {
  readonly 'detail-type'?: unknown;
  readonly detail?: Detail;
}

interface Detail {
  readonly metadata?: { readonly eventId?: unknown; readonly correlationId?: unknown };
  readonly data?: { readonly userId?: unknown };
}

/** The keys of an `event` entry. */
export function keysOfEvent({ detailType, detail }: JournalEntry): EventKeys {
  return keysOf({ 'detail-type': detailType, detail: detail as Detail });
}

/** The keys of an event that is the body of a queue message. A body that is none has no keys. */
export function keysOfBody(body: unknown): EventKeys {
  return keysOf((parseObject(String(body)) ?? {}) as Envelope);
}

function keysOf({ 'detail-type': detailType, detail }: Envelope): EventKeys {
  return {
    ...text('detailType', detailType),
    ...text('userId', detail?.data?.userId),
    ...text('eventId', detail?.metadata?.eventId),
    ...text('correlationId', detail?.metadata?.correlationId),
  };
}

function text<K extends string>(key: K, value: unknown): { readonly [key in K]?: string } {
  return typeof value === 'string' ? ({ [key]: value } as { [key in K]: string }) : {};
}

/** The user whose row a `stream-record` entry is about. */
export function userOfRecord({ keys }: JournalEntry, userIdAttribute: string): string | undefined {
  return (keys as Readonly<Record<string, { readonly S?: string }>> | undefined)?.[userIdAttribute]?.S;
}

/** The URI in the row that a `stream-record` entry brought about. */
export function uriInRecord({ newImage }: JournalEntry, uriAttribute: string): string | undefined {
  return (newImage as Readonly<Record<string, { readonly S?: string }>> | undefined)?.[uriAttribute]?.S;
}

/** A structured log line, unless the line is something else. */
export function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The part of a physical name that a reader knows: without the stack's name before it and the hashes behind it.
 * `user-bucket-pipeline-dev-UriRecorderQueue972D23C7-47eead5b8f45` is `UriRecorderQueue`.
 */
export function shortName(physicalName: string, stackName: string): string {
  const last = physicalName.split(/[/:]/).at(-1) ?? physicalName;
  const name = last.startsWith(`${stackName}-`) ? last.slice(stackName.length + 1) : last;
  return name.replace(/[0-9A-F]{0,8}-[0-9a-f]{12}$/, '');
}
