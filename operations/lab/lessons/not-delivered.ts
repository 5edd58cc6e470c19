import { breakSubscriber, publishWrongly, RECORDER, refusePipe, slowDown, stopPipeForLong } from './breaks.ts';
import type { Lesson } from './lesson.ts';
import { DEAD_LETTERS, HEALTH, MARKS, WAITING } from './views.ts';

/** Events do not arrive, or come too late. */
export const NOT_DELIVERED: readonly Lesson[] = [
  {
    id: 'subscriber-broken',
    title: 'A subscriber was broken for an hour',
    entry: 3,
    story: `${RECORDER} has lost the permission to write. Each event is tried five times, and then waits in the dead-letter queue. Fix the cause first; then send the events back.`,
    see: [
      DEAD_LETTERS,
      { text: 'Each attempt in the waterfall of a user', view: { path: '/?show=failed', name: 'Users' } },
      { text: 'The finding that names the subscriber', view: HEALTH, command: 'doctor' },
    ],
    todo: [
      { ...MARKS, text: 'Fix the cause: remove the fault', command: 'lab faults --remove-all' },
      {
        text: 'Send the events back to the queue of the subscriber',
        view: { path: `/dead-letters?queue=${RECORDER}`, name: 'Dead letters' },
        command: `dlq redrive --subscriber ${RECORDER}`,
      },
    ],
    play: { break: breakSubscriber, conditions: ['no-faults', 'no-dead-letters', 'uris'] },
  },
  {
    id: 'pipe-stopped',
    title: 'The pipe was stopped for longer than the stream keeps records',
    entry: 6,
    story:
      'Rows were written while the pipe was stopped. When it runs again, it delivers young records. A record that is too old for it becomes a dead letter, which says where the record is in the stream. The oldest records are gone from the stream, and only the rows are left.',
    see: [
      { text: 'The pipe that does not run', view: HEALTH, command: 'doctor' },
      { ...WAITING, text: 'The users who wait for the pipe' },
    ],
    todo: [
      { text: 'Start the pipe', view: { path: '/lab', name: 'Lab' }, command: 'lab start-pipe' },
      {
        text: 'Read the records back that the stream still has',
        view: { path: '/dead-letters?queue=pipe', name: 'Dead letters' },
        command: 'dlq redrive --pipe',
      },
      {
        text: 'Register those without an event from their rows',
        view: HEALTH,
        command: 'reconcile --fix --yes --despite-waiting',
      },
      { text: 'Delete the dead letters whose records are lost', command: 'dlq purge --pipe' },
    ],
    play: { break: stopPipeForLong, conditions: ['pipe-runs', 'no-pipe-dead-letters', 'uris'] },
  },
  {
    id: 'wrong-event',
    title: 'A producer published a wrong event',
    entry: 9,
    story:
      'The event itself is wrong, so that no retry can help. It is corrected and sent to the subscriber that missed it; the original stays until that is delivered. The archive keeps the wrong event, so a later replay of this time brings its dead letters back.',
    see: [
      DEAD_LETTERS,
      { text: 'The field that is wrong, in the log of the attempt', command: "dlq show --error 'not a valid'" },
    ],
    todo: [
      {
        text: 'Correct it in your editor: the time in seconds',
        view: { path: `/dead-letters?queue=${RECORDER}`, name: 'Dead letters' },
        command: `dlq redrive --edit --subscriber ${RECORDER}`,
      },
      { text: 'Delete those of other subscribers', command: "dlq purge --error 'not a valid'" },
    ],
    play: { break: publishWrongly, conditions: ['no-dead-letters', 'uris'] },
  },
  {
    id: 'pipe-refused',
    title: 'The bus refuses the events of the pipe',
    entry: 12,
    story:
      'The pipe runs, and the bus refuses what it puts there. It tries a record again for hours, and then gives it up: its dead letter says where the record is in the stream, which keeps it for a while longer.',
    see: [
      { text: 'What the pipe could not do', view: HEALTH, command: 'doctor' },
      { ...DEAD_LETTERS, view: { path: '/dead-letters?queue=pipe', name: 'Dead letters' } },
      WAITING,
    ],
    todo: [
      { ...MARKS, text: 'Fix the cause: remove the fault', command: 'lab faults --remove-all' },
      {
        text: 'Send what the pipe has given up',
        view: { path: '/dead-letters?queue=pipe', name: 'Dead letters' },
        command: 'dlq redrive --pipe',
      },
      {
        text: 'Users whose record the stream no longer has are registered from their rows',
        view: HEALTH,
        command: 'reconcile --fix',
      },
    ],
    play: { break: refusePipe, conditions: ['no-faults', 'no-pipe-dead-letters', 'uris'] },
  },
  {
    id: 'events-wait',
    title: 'Events wait too long',
    entry: 13,
    story:
      'A subscriber is slower than its events come. Nothing is lost: they wait in its queue, and the queue empties by itself when the cause is gone.',
    see: [
      { text: 'The queue that is behind', view: { path: '/flow', name: 'Flow' }, command: 'doctor' },
      { text: 'The age of the oldest event', view: HEALTH, command: 'metrics --since 1h' },
      WAITING,
    ],
    todo: [
      { ...MARKS, text: 'Fix the cause: remove the fault', command: 'lab faults --remove-all' },
      { text: 'Wait until the queue is empty', view: { path: '/flow', name: 'Flow' } },
    ],
    play: { break: slowDown, conditions: ['no-faults', 'uris'] },
  },
];
