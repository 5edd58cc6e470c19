import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { assumed } from './assumptions.ts';
import { money } from './cost-sections.ts';
import {
  item,
  type LineItem,
  monthlyItems,
  REGISTRATIONS,
  SETTLING_CALLS,
  subscriberItems,
  total,
} from './line-items.ts';
import { type StackFacts, settlesBuckets } from './stack-facts.ts';

/** Calls of one event about the buckets of a user, by what they find. */
const SETTLING = {
  /** The user has a row, and one bucket in use: it is listed, its tags are read, and its rules. */
  inUse: { rowReads: 1, s3: SETTLING_CALLS },
  /** The user left: tags and rules are also put, and the row is read again. */
  retired: { rowReads: 2, s3: 5 },
} as const;

/** Calls to S3 and reads of rows, all at the price of the dearer tier: of PUT, and of a write. */
function settlingItems(calls: { readonly rowReads: number; readonly s3: number }): LineItem[] {
  return [
    item('calls to S3', 'bucketRequests', calls.s3 * REGISTRATIONS),
    item('reads of rows', 'dynamoDbWrites', calls.rowReads * REGISTRATIONS),
  ];
}

/** What `whenUserLeaves` adds to a million registrations. @param facts of a stage with it */
export function settledRegistrationItems({ subscribers }: StackFacts): LineItem[] {
  const settlers = subscribers.filter(settlesBuckets);
  const { rowReads, s3 } = SETTLING.inUse;
  // bucket-service reads the row too, to see whether the user is back.
  return [...settlers.flatMap((each) => subscriberItems(each)), ...settlingItems({ s3, rowReads: rowReads + 1 })];
}

/** What a million deleted rows cost. @param facts of a stage with `whenUserLeaves` */
export function deletionItems({ subscribers, archiveDays }: StackFacts): LineItem[] {
  const retirers = subscribers.filter((each) => settlesBuckets(each) && each.events.includes('UserDeleted'));
  const archived = (assumed('eventBytes') / 2) * REGISTRATIONS; // of the two events of a registration
  return [
    item('the pipe of deletions', 'pipeRequests', REGISTRATIONS),
    item('events on the bus', 'customEvents', REGISTRATIONS),
    ...(archiveDays === undefined ? [] : [item('events into the archive', 'archiving', archived / 1e9)]),
    ...retirers.flatMap((each) => subscriberItems(each, REGISTRATIONS)),
    ...settlingItems(SETTLING.retired),
  ];
}

/** The part of the page about `whenUserLeaves`. @param usual the same stage without it */
export function leavingText(usual: StackFacts, leaving: StackFacts): string {
  const rows = [
    ['a million registrations', money(total(settledRegistrationItems(leaving)))],
    ['a million deleted rows', money(total(deletionItems(leaving)))],
    ['a month: alarms, metrics, idle queues', money(total(monthlyItems(leaving)) - total(monthlyItems(usual)))],
  ] as const;
  return [
    'With `whenUserLeaves`, each registration is looked at once more, by bucket-restorer, and each deleted row is an event for',
    'bucket-retirer. Calls to S3 and reads of rows are counted at the price of PUT and of writes: AWS charges less for most of them.',
    '',
    markdownTable(['`whenUserLeaves`: `empty-and-delete`', 'more'], rows),
    '',
    'A second pipe reads the stream as often as the first one, at what may be the price above. Deleting by the time to live is free',
    '(DynamoDB developer guide), and so is what S3 deletes by a lifecycle rule (S3 user guide).',
  ].join('\n');
}
