import { type Command, Option } from '@commander-js/extra-typings';
import { wholeNumber, withTarget } from '../../options.ts';
import type { DlqListOptions } from './dlq-list.ts';
import type { DlqPurgeOptions } from './dlq-purge.ts';
import type { DlqRedriveOptions } from './dlq-redrive.ts';
import type { DlqShowOptions } from './dlq-show.ts';

const MOST_MESSAGES = 1_000_000;
const SHOWN = 10;

/** Messages a second: enough for a thousand in two minutes, and little for a service that is just mended. */
const RATE = 10;
/** As much as SQS's own redrive offers (StartMessageMoveTask). */
const MOST_RATE = 500;

const NOTES = `
A message is one of
  handler failure   the subscriber's function got the event and failed, five times
  delivery failure  the rule could not send the event to the subscriber's queue; the message says why
  pipe failure      the pipe gave up stream records; the message says only where they stand in the table's stream,
                    which keeps them for 24 hours
  foreign message   nothing that the pipeline would put there, or a message that cannot be read; it is shown, and never
                    touched unless --foreign says so

Counts are SQS's own and may be a minute behind. SQS has no call to look into a queue: messages that are looked at are
received and given back at once; should the command be killed meanwhile, others see them again after a minute.`;

export function add(program: Command): void {
  const dlq = program
    .command('dlq')
    .description('look into the dead-letter queues, send back what is in them, or delete it')
    .helpCommand(false)
    .addHelpText('after', NOTES);

  const list = narrowed(dlq.command('list'))
    .description('how many messages each dead-letter queue holds, and of what kind; exit code 1 if there are any')
    .option(
      '--json',
      'print one JSON object per queue: queue, messages, inFlight, oldestSentAt, sample (size, kinds, reasons, users, unreadable)',
    );
  withTarget(list).action(async (options: DlqListOptions) => (await import('./dlq-list.ts')).dlqList(options));

  const show = narrowed(dlq.command('show'))
    .description('the messages, with what is known of why they are there; they stay')
    .option('--limit <n>', 'messages in all', wholeNumber(1, MOST_MESSAGES), SHOWN)
    .option(
      '--json',
      'print one JSON object per message: queue, kind (handler, delivery, pipe, foreign), messageId, sentAt, receives; ' +
        'of events detailType, source, userId, eventId, correlationId, reason; ' +
        'of pipe failures condition, batch, registrations, others, lost; of foreign ones problem, body',
    );
  withTarget(show).action(async (options: DlqShowOptions) => (await import('./dlq-show.ts')).dlqShow(options));

  const redrive = changing(narrowed(dlq.command('redrive')))
    .description("send events back to their subscriber's queue, and put on the bus what the pipe gave up")
    .option('--rate <n>', 'messages a second', wholeNumber(1, MOST_RATE), RATE)
    .option(
      '--json',
      'print one JSON object per queue: queue, meant, redriven, registrations, others, cameBack, foreign, lost, refused, failed (messageId, problem); ' +
        'with --dry-run queue, messages, inFlight, meant, looked (size, kinds, reasons, users)',
    )
    .addHelpText(
      'after',
      `
Each message is sent before it is deleted: whenever it is interrupted, an event may come twice and none is lost. Run it
again to go on. A message that cannot be read, sent or deleted is named and stays, and the others go on. Mend the cause
first: an event that fails again is back in its dead-letter queue some minutes later. One that is back before the run ends
is left there. An event goes to the subscriber that failed, and to no other one.`,
    );
  withTarget(redrive).action(async (options: DlqRedriveOptions) =>
    (await import('./dlq-redrive.ts')).dlqRedrive(options),
  );

  const purge = changing(narrowed(dlq.command('purge')))
    .description('delete messages for good; it shows them first, and deletes only what it has shown')
    .option('--foreign', 'delete foreign messages as well')
    .option(
      '--json',
      'print one JSON object per queue: queue, meant, deleted (size, kinds, reasons, users), notDeleted; ' +
        'with --dry-run queue, messages, inFlight, meant, looked',
    )
    .addHelpText(
      'after',
      '\nIt takes 10,000 messages at a time. The queues that subscribers work from are never touched.',
    );
  withTarget(purge).action(async (options: DlqPurgeOptions) => (await import('./dlq-purge.ts')).dlqPurge(options));
}

/** Gives a command the options that say which queues it is about. */
function narrowed(command: Command): Command {
  return command
    .option('--subscriber <name>', 'only the queue of this subscriber, such as bucket-service')
    .addOption(new Option('--pipe', "only the pipe's queue").conflicts('subscriber'));
}

function changing(command: Command): Command {
  return command
    .option('--limit <n>', 'at most so many messages in all; the others are left alone', wholeNumber(1, MOST_MESSAGES))
    .option('--dry-run', 'only show what would be done')
    .option('--yes', 'do not ask');
}
