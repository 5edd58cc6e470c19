import { askTime } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import {
  attemptsOf,
  type CauseGroup,
  type DeadLetterList,
  type ExplainedMessage,
  errorOf,
  followDepths,
  KIND_NAMES,
  listDeadLetters,
  REDRIVE_RATE,
  scanNotes,
  usersOf,
} from '../../../operations/dead-letters/index.ts';
import { onStack, streamOnStack } from '../../../operations/deployed/stack.ts';
import { cutText } from '../../../operations/messages/changes.ts';
import { parseObject } from '../../../operations/messages/json-fields.ts';
import type { CauseView, DeadLettersPage, DlqDepths, MessageView } from '../../contract/dead-letters.ts';
import type { StreamItem } from '../answers.ts';
import type { Asked, AskedStream } from '../route.ts';
import { snapshots } from '../snapshots.ts';
import { commandOf, readChoice } from './asked-choice.ts';

/** Messages of a group that are shown one by one. */
const MOST_MESSAGES = 50;

/** Users of a message of the pipe that are named. */
const MOST_USERS = 20;

/** A body or a log line is shown up to that many characters. */
const MOST_CHARACTERS = 5000;

/** The chosen messages of all queues, by cause. @throws UsageError for a choice that cannot be read */
export async function readDeadLetters({ query, target, signal }: Asked): Promise<DeadLettersPage> {
  const choice = readChoice(query);
  const list = await onStack(target, (on) => listDeadLetters(on, choice, signal));
  return {
    now: await askTime(target),
    queues: list.queues.map(({ name, depth, looked, summary }) => ({ name, ...depth, looked: looked ?? summary.size })),
    groups: list.queues
      .flatMap(({ groups }) => groups)
      .sort((a, b) => b.messages - a.messages)
      .map(causeView),
    notes: notesOf(list),
    rate: REDRIVE_RATE,
    command: pipelineCommand(commandOf('dlq list', choice), target),
  };
}

/** What could not be read, without the word that the command line puts in front. */
export function notesOf(scan: Pick<DeadLetterList, 'unreadRecords'> & Parameters<typeof scanNotes>[0]): string[] {
  const lines = scanNotes(scan).split('\n');
  return lines.filter((line) => line !== '').map((line) => line.replace(/^note: /, ''));
}

function causeView(group: CauseGroup): CauseView {
  const { id, queue, kind, error, hint, messages, types, users, first, last, members } = group;
  return {
    id,
    queue,
    kind: KIND_NAMES[kind],
    ...(error !== undefined && { error: cut(error) }),
    ...(hint !== undefined && { hint: cut(hint) }),
    count: messages,
    types,
    userCount: users.length,
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
    messages: members.slice(0, MOST_MESSAGES).map(messageView),
  };
}

function messageView(explained: ExplainedMessage): MessageView {
  const { deadLetter, logged } = explained;
  const { messageId, sentAt, receives, body } = deadLetter;
  const error = errorOf(explained);
  const attempts = attemptsOf(explained);
  return {
    messageId,
    ...(sentAt !== undefined && { sentAt }),
    ...(attempts !== undefined && { attempts }),
    receives,
    ...('event' in deadLetter && { type: deadLetter.event.detailType }),
    users: usersOf(explained).slice(0, MOST_USERS),
    ...(error !== undefined && { error: cut(error) }),
    ...(logged !== undefined && { line: { at: logged.at, text: readable(logged.line) } }),
    payload: readable(body),
  };
}

/** JSON with a line for each field; any other text as it is. */
function readable(text: string): string {
  if (text.length > MOST_CHARACTERS) return cut(text);
  const fields = parseObject(text);
  return cut(fields === undefined ? text : JSON.stringify(fields, null, 2));
}

function cut(text: string): string {
  return cutText(text, MOST_CHARACTERS);
}

/** How many messages the queues hold, as that changes. No message is received for it. */
export async function* followDlqDepths({ target, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  const depths = streamOnStack(target, (on) => followDepths(on, { signal }));
  yield* snapshots(viewed(depths), lastId);
}

async function* viewed(depths: ReturnType<typeof followDepths>): AsyncGenerator<Omit<DlqDepths, 'now'>> {
  for await (const queues of depths) yield { queues };
}
