import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { findLogGroups, type OnStack } from '../deployed/stack.ts';
import { bucketOfUri } from '../deployed/user-bucket.ts';
import { usersTable } from '../deployed/users-table.ts';
import {
  type EventKeys,
  JOURNAL_LOG_GROUP,
  type JournalEntry,
  keysOfBody,
  keysOfEvent,
  userOfRecord,
} from '../journal/journal.ts';
import { parseObject, textsOf } from '../messages/json-fields.ts';
import { containingAnyOf, searchLogsOf, withFields } from '../trace/index.ts';

/** A user, and what led to them. */
export interface FoundUser {
  readonly userId: string;
  /** Such as `the event has this id`. */
  readonly reason: string;
}

export interface UserSearch {
  readonly users: readonly FoundUser[];
  /** Whether the local engine's journal was searched, or the functions' logs. */
  readonly hasJournal: boolean;
}

/** The most users of one search. */
const MOST = 50;

/** On AWS, logs are searched that far back. */
const LOGS_MS = 24 * 3_600_000;

/**
 * Users by one of their ids: the user's, an event's, a registration's, a message's, a bucket's name or URI. On the local engine
 * also users whose id contains the text.
 * @param now milliseconds since the Unix epoch
 */
export async function findUsers(on: OnStack, text: string, now: number): Promise<UserSearch> {
  const isLocal = 'endpoint' in on.target;
  const [row, others] = await Promise.all([
    usersTable(on).find(text),
    isLocal ? findInJournal(on, text) : findInLogs(on, text, now),
  ]);
  const own = row.exists ? [{ userId: text, reason: 'this is the user id' }] : [];
  const users = new Map([...others, ...own].map((user) => [user.userId, user]));
  // The user with that id is first.
  const sorted = [...users.values()].sort((a, b) => Number(b.userId === text) - Number(a.userId === text));
  return { users: sorted.slice(0, MOST), hasJournal: isLocal };
}

async function findInJournal(on: OnStack, text: string): Promise<FoundUser[]> {
  const { userIdAttribute } = usersTable(on);
  const wanted = bucketOfUri(text) ?? text;
  // As it stands in JSON.
  const inJson = JSON.stringify(wanted).slice(1, -1);
  const search = searchLogsOf(on.clients.of(CloudWatchLogsClient));
  const lines = (await search(JOURNAL_LOG_GROUP, containingAnyOf([inJson]), 0)) ?? [];
  return lines.flatMap(({ message }) => {
    const entry = JSON.parse(message) as JournalEntry;
    const userId = userIn(entry, userIdAttribute);
    const reason = userId === undefined ? undefined : reasonIn(entry, userId, wanted);
    return userId === undefined || reason === undefined ? [] : [{ userId, reason }];
  });
}

function userIn(entry: JournalEntry, userIdAttribute: string): string | undefined {
  if (entry.hop === 'stream-record') return userOfRecord(entry, userIdAttribute);
  return keysOf(entry).userId;
}

/** The keys of an event, or of the event in a message. */
function keysOf(entry: JournalEntry): EventKeys {
  if (entry.hop === 'event') return keysOfEvent(entry);
  return entry.hop === 'message' ? keysOfBody(entry.body) : {};
}

function reasonIn(entry: JournalEntry, userId: string, wanted: string): string | undefined {
  if (userId === wanted) return 'this is the user id';
  const { busEventId, eventId, correlationId, bucketUri } = keysOf(entry);
  if ([entry.eventId, busEventId, eventId].includes(wanted)) return 'an event of this user has this id';
  if (correlationId === wanted) return "this is a registration's correlation id";
  if (entry.messageId === wanted) return 'a message of this user has this id';
  if (bucketUri !== undefined && bucketOfUri(bucketUri) === wanted) return "this is the user's bucket";
  return userId.includes(wanted) ? 'the user id contains it' : undefined;
}

/** Fields of the functions' log lines, and what they say about a text that is their value. */
const FIELDS: Readonly<Record<string, string>> = {
  userId: 'this is the user id',
  eventId: 'an event of this user has this id',
  correlationId: "this is a registration's correlation id",
  messageId: 'a message of this user has this id',
  bucketName: "this is the user's bucket",
  bucketUri: "this is the user's bucket",
};

async function findInLogs({ clients, stack }: OnStack, text: string, now: number): Promise<FoundUser[]> {
  const search = searchLogsOf(clients.of(CloudWatchLogsClient));
  const values = [...new Set([text, bucketOfUri(text) ?? text])];
  const asked = Object.fromEntries(Object.keys(FIELDS).map((field) => [`$.${field}`, values]));
  const groups = await findLogGroups(clients.of(CloudFormationClient), stack.name);
  const found = await Promise.all(
    [...groups.values()].map(async (group) => (await search(group, withFields(asked), now - LOGS_MS)) ?? []),
  );
  return found.flat().flatMap(({ message }) => {
    const line = parseObject(message) ?? {};
    const { userId } = textsOf({ userId: line.userId });
    const field = Object.keys(FIELDS).find((name) => values.includes(String(line[name])));
    return userId === undefined || field === undefined ? [] : [{ userId, reason: FIELDS[field] ?? '' }];
  });
}
