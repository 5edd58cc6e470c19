import { count, display, displayId, nameUsers } from '../messages/display.ts';
import type { DeadLetter, LetterKind } from './dead-letter.ts';
import type { PipeRecords } from './pipe-records.ts';

/** More are not remembered: a survey is to stay small, however many messages it is about. */
const MOST_USERS = 1000;

/** What there is in a queue, told of messages one after the other. */
export class Survey {
  readonly kinds: Record<LetterKind, number> = { pipe: 0, handler: 0, delivery: 0, foreign: 0 };
  /** How often each error code, condition or problem occurs, by kind. */
  readonly reasons = new Map<LetterKind, Map<string, number>>();
  /** What the pipe's messages stand for, of so many as the stream was asked about. */
  readonly records = { messages: 0, registrations: 0, others: 0, lost: 0 };
  /** When the oldest message was sent, Unix epoch milliseconds. */
  oldestSentAt: number | undefined;
  /** Messages that cannot be read: their ids, and why. */
  readonly unreadable = new Map<string, string>();
  readonly #users = new Set<string>();
  readonly #ids = new Set<string>();

  add(letter: DeadLetter, records?: PipeRecords): void {
    const { kind, messageId, sentAt } = letter;
    this.kinds[kind] += 1;
    this.#ids.add(messageId);
    if (letter.kind === 'foreign' && letter.isUnreadable) this.unreadable.set(messageId, letter.problem);
    const reason = reasonOf(letter);
    if (reason !== undefined) {
      const times = this.reasons.get(kind) ?? new Map<string, number>();
      this.reasons.set(kind, times.set(reason, (times.get(reason) ?? 0) + 1));
    }
    if (sentAt !== undefined) this.oldestSentAt = Math.min(this.oldestSentAt ?? sentAt, sentAt);
    if ('event' in letter && letter.event.userId !== undefined) this.#addUser(letter.event.userId);
    if (records !== undefined) this.#addRecords(records);
  }

  /** Messages that were looked at. */
  get size(): number {
    return this.#ids.size;
  }

  /** Some of the users whom they are about. */
  get users(): readonly string[] {
    return [...this.#users];
  }

  has(messageId: string): boolean {
    return this.#ids.has(messageId);
  }

  #addRecords({ registrations, others, lost }: PipeRecords): void {
    this.records.messages += 1;
    this.records.registrations += registrations.length;
    this.records.others += others;
    if (lost !== undefined) this.records.lost += 1;
    for (const { userId } of registrations) this.#addUser(userId);
  }

  #addUser(userId: string): void {
    if (this.#users.size < MOST_USERS) this.#users.add(userId);
  }
}

/** Why a message is there, as far as it says so itself, in few words. */
function reasonOf(letter: DeadLetter): string | undefined {
  switch (letter.kind) {
    case 'delivery':
      return letter.failure.code;
    case 'pipe':
      return letter.condition;
    case 'foreign':
      return letter.problem;
    case 'handler':
      return undefined;
  }
}

/** What a message is, for people. */
export const KIND_NAMES: Readonly<Record<LetterKind, string>> = {
  pipe: 'pipe failure',
  handler: 'handler failure',
  delivery: 'delivery failure',
  foreign: 'foreign message',
};

export const ALL_KINDS: readonly LetterKind[] = ['pipe', 'handler', 'delivery', 'foreign'];

/** Such as `10 handler failures, 2 delivery failures (NO_RESOURCE)`; empty where there is none. */
export function describeKinds({ kinds, reasons }: Survey, wanted = ALL_KINDS): string {
  return wanted
    .filter((kind) => kinds[kind] > 0)
    .map((kind) => count(kinds[kind], KIND_NAMES[kind]) + describeReasons(reasons.get(kind)))
    .join(', ');
}

/** A reason that somebody else made up may be a whole message. */
const REASON_COLUMNS = 80;

function describeReasons(reasons: ReadonlyMap<string, number> = new Map()): string {
  if (reasons.size === 0) return '';
  const single = reasons.size === 1;
  return ` (${[...reasons].map(([reason, times]) => (single ? displayId(reason, REASON_COLUMNS) : `${displayId(reason, REASON_COLUMNS)} ×${times}`)).join(', ')})`;
}

/** Such as `, for alice, bob and 3 others`; empty where no user is known. */
export function describeUsers({ users }: Survey): string {
  return users.length > 0 ? `, for ${nameUsers(users)}` : '';
}

/** Names the messages that cannot be read, for stderr; empty if all can be. @param queue whose dead-letter queue it is */
export function unreadableNote(queue: string, unreadable: ReadonlyMap<string, string>): string {
  const named = [...unreadable].slice(0, MOST_NAMED);
  const others = unreadable.size - named.length;
  return [
    ...named.map(([id, problem]) => display`note: message ${displayId(id)} of ${queue} ${displayId(problem, 200)}\n`),
    ...(others > 0 ? [display`note: ${count(others, 'other')} of ${queue} cannot be read either\n`] : []),
  ].join('');
}

const MOST_NAMED = 5;
const USERS_IN_JSON = 5;

/** A survey for `--json`. */
export function surveyJson({ size, kinds, reasons, records, users, unreadable }: Survey): object {
  return {
    size,
    kinds,
    reasons: Object.fromEntries([...reasons].map(([kind, times]) => [kind, Object.fromEntries(times)])),
    users: users.slice(0, USERS_IN_JSON),
    ...(kinds.pipe > 0 && { records }),
    ...(unreadable.size > 0 && { unreadable: Object.fromEntries(unreadable) }),
  };
}
