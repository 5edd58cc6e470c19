import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { type OptionsOf, oneMore, wholeNumber, withTarget } from '../../options.ts';

const MOST_MESSAGES = 1_000_000;
const SHOWN = 10;

/** Messages a second: enough for a thousand in two minutes, and a light load for a service that was just fixed. */
const RATE = 10;
/** As much as SQS's own redrive offers (StartMessageMoveTask). */
const MOST_RATE = 500;

const NOTES = `
A message is one of
  handler failure   the subscriber's function received the event and failed, five times
  delivery failure  the rule could not send the event to the subscriber's queue; the message says why
  pipe failure      the pipe gave up stream records; the message only says where they are in the table's stream,
                    which keeps them for 24 hours
  foreign message   not put there by the pipeline, or not readable; it is shown, and it stays unless you use
                    purge --foreign

Options that choose messages narrow each other. An error is what dlq show prints: the last error that the function
logged about the event, or what AWS wrote into the message. Of each queue the first 10,000 messages are read to
choose among them. Those that are not chosen are given back at once. A message of the pipe may be about several users;
it is redriven or deleted as a whole.

SQS reports the counts, up to a minute late. SQS has no call to look into a queue: messages are received and
released at once. If the command is killed meanwhile, others see them again after a minute.`;

const defineList = (dlq: Command) =>
  withTarget(
    withChoice(dlq.command('list'))
      .description(
        'show how many messages each dead-letter queue holds, and groups of them with the same cause; exit code 1 if there are any',
      )
      .option(
        '--json',
        'print one JSON object per queue: queue, messages, inFlight, oldestSentAt, sample (size, kinds, reasons, users, unreadable), ' +
          'groups (cause, kind, error, hint, messages, types, users, first, last, messageId); with a choice also chosen, chosenFrom',
      ),
  );

const defineShow = (dlq: Command) =>
  withTarget(
    withChoice(dlq.command('show'))
      .description('show messages, and what is known about why they are there; they stay')
      .option('--limit <n>', 'messages in all', wholeNumber(1, MOST_MESSAGES), SHOWN)
      .option(
        '--json',
        'print one JSON object per message: queue, cause, kind (handler, delivery, pipe, foreign), messageId, sentAt, receives; ' +
          'for events detailType, source, userId, eventId, correlationId, reason; ' +
          'for pipe failures condition, batch, registrations, others, lost; for foreign messages problem, body',
      ),
  );

const defineRedrive = (dlq: Command) =>
  withTarget(
    withChanges(withChoice(dlq.command('redrive')))
      .description("send events back to their subscriber's queue, and put on the bus what the pipe gave up")
      .option('--rate <n>', 'messages a second', wholeNumber(1, MOST_RATE), RATE)
      .addOption(
        new Option('--edit', 'edit one event in VISUAL or EDITOR, and send the edited one in its place').conflicts([
          'rate',
          'limit',
        ]),
      )
      .option(
        '--json',
        'print one JSON object per queue: queue, meant, redriven, registrations, others, cameBack, foreign, lost, refused, failed (messageId, problem); ' +
          'with --dry-run queue, messages, inFlight, meant, chosenFrom, looked (size, kinds, reasons, users); ' +
          'with --edit queue, messageId, eventId, causationId, correlationId, changes (path, before, after), isSent',
      ),
  ).addHelpText(
    'after',
    `
Fix the cause first: an event that fails again returns to its dead-letter queue some minutes later. An event that
returns before the run ends stays there. An event goes only to the subscriber that failed.
Each message is sent before it is deleted: after an interruption an event may arrive twice, but none is lost. Run
the command again to continue. A message that cannot be read, sent or deleted stays and is named.

With --edit the options choose one event, whose metadata and data you edit. The edited event must fit its contract;
otherwise nothing is changed. It is a new event with an id of its own, caused by the original, of the same registration.
The original is deleted when the edited one is in the subscriber's queue.`,
  );

const definePurge = (dlq: Command) =>
  withTarget(
    withChanges(withChoice(dlq.command('purge')))
      .description('show messages, then delete them for good; only messages that were shown are deleted')
      .option('--foreign', 'delete foreign messages as well')
      .option(
        '--json',
        'print one JSON object per queue: queue, meant, deleted (size, kinds, reasons, users), notDeleted; ' +
          'with --dry-run queue, messages, inFlight, meant, chosenFrom, looked',
      ),
  ).addHelpText(
    'after',
    '\nIt deletes at most 10,000 messages at a time. It never touches the queues from which subscribers receive.',
  );

export type DlqListOptions = OptionsOf<typeof defineList>;
export type DlqShowOptions = OptionsOf<typeof defineShow>;
export type DlqRedriveOptions = OptionsOf<typeof defineRedrive>;
export type DlqPurgeOptions = OptionsOf<typeof definePurge>;

export function add(program: Command): void {
  const dlq = program
    .command('dlq')
    .description('inspect the dead-letter queues, and redrive or delete their messages')
    .helpCommand(false)
    .addHelpText('after', NOTES);
  defineList(dlq).action(async (options) => (await import('./list.ts')).dlqList(options));
  defineShow(dlq).action(async (options) => (await import('./show.ts')).dlqShow(options));
  defineRedrive(dlq).action(async (options) => {
    if (options.edit) return (await import('./edit.ts')).dlqEdit(options);
    return (await import('./redrive.ts')).dlqRedrive(options);
  });
  definePurge(dlq).action(async (options) => (await import('./purge.ts')).dlqPurge(options));
}

/** Gives a command the options that choose queues, and messages in them. */
function withChoice<TOptions extends OptionValues>(command: Command<[], TOptions>) {
  return command
    .option('--subscriber <name>', 'only the queue of this subscriber, such as bucket-service')
    .addOption(new Option('--pipe', "only the pipe's queue").conflicts('subscriber'))
    .option('--cause <id>', 'only messages of this group, as dlq list names it')
    .option('--user <id>', 'only messages about this user')
    .option('--error <text>', 'only messages whose error contains this text, in any case')
    .option('--type <name>', 'only events with this name, such as UserRegistered')
    .option('--older-than <age>', 'only messages that old: an age such as 90s, 15m, 2h or 7d')
    .option('--message-id <id>', 'only this message; may be given several times', oneMore);
}

/** Gives a command the options of a change. */
function withChanges<TOptions extends OptionValues>(command: Command<[], TOptions>) {
  return command
    .option('--limit <n>', 'at most this many messages in all; the others stay', wholeNumber(1, MOST_MESSAGES))
    .option('--dry-run', 'only show what it would do')
    .option('--yes', 'do not ask');
}
