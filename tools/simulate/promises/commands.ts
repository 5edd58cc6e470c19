import type { CommandRun } from '../operators/operators.ts';
import { isReading, operationOf, type SentCall, sentBy } from '../operators/sent-call.ts';
import type { Outcome, Promised } from './outcome.ts';
import type { Violation } from './violation.ts';

/** A command ends with a documented exit code, whatever state it finds, and never with a bug of its own. */
export const commandsEndWell: Promised = ({ commands }) =>
  commands.flatMap((run) => {
    if (run.ending === undefined) return [broken(run, 'does not end')];
    const bug = /^.*(?:This is a bug|thrown:)[\s\S]{0,600}/m.exec(run.output)?.[0];
    if (bug !== undefined) return [broken(run, `has a bug: ${bug}`)];
    // The export before it was stopped, and left no file.
    const isWithoutFile = run.args[0] === 'events' && run.args[1] === 'import' && run.output.includes('cannot be read');
    // One dead letter can be edited, and several were chosen.
    const isUndecided = run.args.includes('--edit') && run.output.includes('several dead letters are chosen');
    const isWrongUsage = run.ending.code === 2 && !isWithoutFile && !isUndecided;
    return isWrongUsage ? [broken(run, `refuses its arguments: ${run.output}`)] : [];
  });

/** What only shows something changes nothing. */
export const lookingChangesNothing: Promised = ({ commands }) =>
  commands.filter(onlyLooks).flatMap((run) => {
    const writing = run.calls.find((call) => !isReading(call));
    return writing === undefined ? [] : [broken(run, `only looks, and calls ${operationOf(writing.request)}`)];
  });

function onlyLooks({ args }: CommandRun): boolean {
  const [name = '', word] = args;
  if (args.includes('--dry-run') || ['doctor', 'trace', 'show'].includes(name)) return true;
  return (name === 'reconcile' && !args.includes('--fix')) || (name === 'dlq' && (word === 'list' || word === 'show'));
}

/** The same at rest, by what is there before and after it: nothing is changed, and `reconcile` finds every user with a URI. */
export function wrongLooks(before: Outcome, after: Outcome): Violation[] {
  const stateOf = ({ rows, buckets, events, deadLetters, lostByPipe, waiting }: Outcome) =>
    JSON.stringify([rows, buckets, events.length, deadLetters, lostByPipe, waiting]);
  const isChanged = stateOf(before) !== stateOf(after);
  return after.commands.slice(before.commands.length).flatMap((run) => {
    const found = run.output.split('\n').find((line) => line.includes('"class":"user-without-uri"'));
    return [
      ...(isChanged ? [broken(run, 'only looks, and has changed something')] : []),
      ...(found === undefined ? [] : [broken(run, `finds ${found}`)]),
    ];
  });
}

interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
}

/** The messages that a call got. */
export function receivedBy(call: SentCall): readonly Received[] {
  if (operationOf(call.request) !== 'ReceiveMessage' || call.answer?.status !== 200) return [];
  return (JSON.parse(call.answer.body.toString()) as { readonly Messages?: readonly Received[] }).Messages ?? [];
}

/** The input of a call in JSON. */
export function inputOf({ request }: SentCall): unknown {
  return JSON.parse(request.body.toString());
}

/** Users whom a command registers because their own event is lost: `reconcile --fix`. */
export function fixedBy({ args, calls }: CommandRun): readonly string[] {
  if (args[0] !== 'reconcile') return [];
  return calls.flatMap((call) => entriesOf(call).flatMap((entry) => fixedUser(entry) ?? []));
}

interface Entry {
  readonly DetailType: string;
  readonly Detail: string;
}

function entriesOf(call: SentCall): readonly Entry[] {
  if (operationOf(call.request) !== 'PutEvents') return [];
  return (inputOf(call) as { readonly Entries: readonly Entry[] }).Entries;
}

function fixedUser({ DetailType, Detail }: Entry): string | undefined {
  return DetailType === 'UserRegistered' ? userIn(Detail) : undefined;
}

function userIn(detail: string): string {
  return (JSON.parse(detail) as { readonly data: { readonly userId: string } }).data.userId;
}

/** A fix is made only for a user whose row was there when it was read a second time: who left meanwhile stays gone. */
export const fixesAreOfUsersWhoAreThere: Promised = ({ commands }) =>
  commands
    .filter(({ args }) => args[0] === 'reconcile')
    .flatMap((run) => {
      const there = new Set<string>();
      return run.calls.flatMap((call): Violation[] => {
        for (const { userId, isThere } of rowsReadBy(call)) {
          if (isThere) there.add(userId);
          else there.delete(userId);
        }
        return entriesOf(call)
          .map(({ Detail }) => userIn(Detail))
          .filter((userId) => !there.has(userId))
          .map((userId) => ({ userId, ...broken(run, 'puts an event for a user whose row it has not found again') }));
      });
    });

type Key = Readonly<Record<'userId', { readonly S: string }>>;

/** What a BatchGetItem says of each row that it asks for. */
function rowsReadBy(call: SentCall): readonly { readonly userId: string; readonly isThere: boolean }[] {
  if (operationOf(call.request) !== 'BatchGetItem' || call.answer?.status !== 200) return [];
  const { RequestItems } = inputOf(call) as {
    readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly Key[] }>>;
  };
  const { Responses } = JSON.parse(call.answer.body.toString()) as {
    readonly Responses: Readonly<Record<string, readonly Key[]>>;
  };
  const found = new Set(Object.values(Responses).flatMap((rows) => rows.map(({ userId }) => userId.S)));
  const asked = Object.values(RequestItems).flatMap(({ Keys }) => Keys.map(({ userId }) => userId.S));
  return asked.map((userId) => ({ userId, isThere: found.has(userId) }));
}

/** Who does what the documents say after a day, when nothing fails any more. */
export const ON_CALL = 'on call';

/** A command of the error may name the engine's port, or the stack. */
const LOST_TO_THE_STREAM = /\breconcile --fix( --\w+ \S+)? finds their users\b/;

/** What the documents say works: each command of the repair does all of its work. */
export const repairsDoTheirWork: Promised = ({ commands }) =>
  commands
    .filter(({ operator }) => operator === ON_CALL)
    .flatMap((run) => {
      const error = /^error: .*$/m.exec(run.output)?.[0];
      // What the stream has dropped is for `reconcile --fix`, as the error says.
      return error === undefined || LOST_TO_THE_STREAM.test(error) ? [] : [broken(run, `ends with ${error}`)];
    });

/** When the bus refuses a part of what it is given, only that part is given again. */
export const onlyRefusedEntriesAreSentAgain: Promised = ({ commands }) =>
  commands.flatMap((run) => {
    const puts = run.calls.filter((call) => operationOf(call.request) === 'PutEvents').map(sentBy);
    return puts.slice(1).flatMap((entries, place): Violation[] => {
      const before = puts[place] ?? [];
      const taken = before.filter(({ isAcknowledged }) => isAcknowledged);
      if (taken.length === before.length) return [];
      // An event that was published twice is in a file twice.
      const timesIn = (all: typeof before, text: string) => all.filter((entry) => entry.text === text).length;
      const again = taken.find(({ text }) => timesIn(entries, text) > timesIn(before, text) - timesIn(taken, text));
      return again === undefined ? [] : [broken(run, `puts what was taken: ${again.text}`)];
    });
  });

/** What a command did wrong, by whom. */
export function broken({ args, operator }: CommandRun, what: string): Violation {
  return { what: `${operator}: \`${args.join(' ')}\` ${what}` };
}

/** What a command was given after an option; undefined without that. */
export function optionOf({ args }: CommandRun, option: string): string | undefined {
  const place = args.indexOf(option);
  return place < 0 ? undefined : args[place + 1];
}

/** All that a command was given after an option that may be repeated. */
export function valuesOf({ args }: CommandRun, option: string): readonly string[] {
  return args.flatMap((word, place) => (args[place - 1] === option ? [word] : []));
}

/** Milliseconds of an age such as `10m`. @throws Error for another text, such as a time: a promise could not be judged by it */
export function ageOf(text: string): number {
  const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
  const [, amount, unit = ''] = /^(\d+)(.)$/.exec(text) ?? [];
  const ms = Number(amount) * (units[unit] ?? Number.NaN);
  if (Number.isNaN(ms)) throw new Error(`Simulated commands have ages such as 10m, not ${JSON.stringify(text)}.`);
  return ms;
}
