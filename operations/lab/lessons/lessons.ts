import {
  breakSubscriber,
  deleteBuckets,
  loseUris,
  missUsers,
  publishWrongly,
  RECORDER,
  recordWrongly,
  refusePipe,
  removeWrongResults,
  slowDown,
  stopPipeForLong,
} from './breaks.ts';
import type { Lesson, LessonStep } from './lesson.ts';

const HEALTH = { path: '/health', name: 'Health' };
const RECONCILE: LessonStep = { text: 'Users, URIs and buckets compared', view: HEALTH, command: 'reconcile' };
const WAITING: LessonStep = { text: 'The users who are not done', view: { path: '/?show=waiting', name: 'Users' } };
const DEAD_LETTERS: LessonStep = {
  text: 'The dead letters, by cause',
  view: { path: '/dead-letters', name: 'Dead letters' },
  command: 'dlq list',
};
const MARKS: LessonStep = { text: 'Which faults are set, and what they did', view: { path: '/lab', name: 'Lab' } };

/** The drills of the runbook, in its order: what is broken, what you see, what to do. */
export const LESSONS: readonly Lesson[] = [
  {
    id: 'all-uris-lost',
    title: 'All URIs are lost from the table',
    entry: 1,
    story:
      'Every row has lost its URI, and the buckets are still there. The archive has the events that wrote the URIs: a replay to the one subscriber that records them brings all back.',
    see: [RECONCILE, { text: 'A row without a URI, and a bucket that is there', view: { path: '/', name: 'Users' } }],
    todo: [
      {
        text: `Replay BucketCreated to ${RECORDER} only, from before the first registration`,
        view: { path: `/replay?subscribers=${RECORDER}`, name: 'Replay' },
        command: `replay --from 30d --type BucketCreated --to-subscriber ${RECORDER} --wait`,
      },
      {
        text: 'What has no event in the archive gets its URI from its bucket',
        view: HEALTH,
        command: 'reconcile --fix',
      },
    ],
    play: { break: loseUris, conditions: ['uris'] },
  },
  {
    id: 'buckets-deleted',
    title: 'Buckets were deleted',
    entry: 2,
    story:
      'Buckets of users are gone, and the rows still name them. What was in them is lost, but the buckets come back with the same names and tags, because a bucket’s name comes from its event.',
    see: [RECONCILE, { text: 'A URI whose bucket does not exist', view: { path: '/', name: 'Users' } }],
    todo: [
      {
        text: 'Replay UserRegistered to bucket-service only',
        view: { path: '/replay?subscribers=bucket-service', name: 'Replay' },
        command: 'replay --from 30d --type UserRegistered --to-subscriber bucket-service --wait',
      },
    ],
    play: { break: deleteBuckets, conditions: ['buckets', 'no-dead-letters'] },
  },
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
    id: 'bug-shipped',
    title: 'A bug was shipped and recorded wrong results',
    entry: 4,
    story: `The events were right, and what a subscriber made of them was wrong. No alarm sees that. ${RECORDER} never overwrites a URI: the wrong ones are removed first, and then a replay records the right ones. A subscriber that overwrites its results needs the replay alone.`,
    see: [RECONCILE],
    todo: [
      { text: 'Deploy the fix. Here the bug is over: it has written into the rows once' },
      { text: 'Remove the wrong results, with the button below' },
      {
        text: `Replay the events from before the bug to ${RECORDER} only`,
        view: { path: `/replay?subscribers=${RECORDER}`, name: 'Replay' },
        command: `replay --from 30d --to-subscriber ${RECORDER} --wait`,
      },
    ],
    play: {
      break: recordWrongly,
      repair: { text: 'Remove the wrong results', run: removeWrongResults },
      conditions: ['buckets', 'uris'],
    },
  },
  {
    id: 'new-subscriber',
    title: 'A new subscriber needs the history',
    entry: 5,
    story:
      'A subscriber gets the events that come after its deployment. The older ones are in the archive: a replay gives them to it alone.',
    see: [
      {
        text: 'The new subscriber in the picture, as soon as its folder is saved',
        view: { path: '/flow', name: 'Flow' },
      },
    ],
    todo: [
      {
        text: 'Make a subscriber, and save it while npm start runs',
        command: 'new subscriber directory --on UserRegistered',
      },
      {
        text: 'See how many events it would get, then replay them to it',
        view: { path: '/replay?subscribers=directory', name: 'Replay' },
        command: 'replay --from 30d --to-subscriber directory --wait',
      },
    ],
    notPlayable: 'It needs new code, which you write: no button can do that.',
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
    id: 'table-restored',
    title: 'The table was restored and has a new stream',
    entry: 7,
    story:
      'DynamoDB restores into a new table, which has another name and no stream. The pipeline is deployed over it, and reconcile finds what the restored rows lack.',
    see: [RECONCILE],
    todo: [
      {
        text: 'Restore the table, turn its stream on, and deploy with tableArn and tableStreamArn, as the runbook says',
      },
      { text: 'Users who lost their URI get it again', command: 'reconcile --fix' },
    ],
    notPlayable: 'It needs a deployment over the restored table, which is another assembly.',
  },
  {
    id: 'wrong-replay',
    title: 'A replay was started with the wrong window',
    entry: 8,
    story:
      'A replay can be cancelled. What it has sent already does no harm: every effect can be repeated, and subscribers whose effect must not repeat get no replay.',
    see: [{ text: 'The replay that runs', view: { path: '/replay', name: 'Replay' }, command: 'replay --list' }],
    todo: [
      { text: 'Cancel it', view: { path: '/replay', name: 'Replay' }, command: 'replay --cancel NAME' },
      { text: 'Start the right one', view: { path: '/replay', name: 'Replay' } },
    ],
    notPlayable:
      'The replay of a small archive is over before you can cancel it. With thousands of events in the archive, start one and cancel it.',
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
    id: 'users-missed',
    title: 'A few users were missed',
    entry: 10,
    story:
      'A few users among many have no URI, and their dead letters are gone. A replay of a whole month would send the events of all users; it can leave out those whose work is done.',
    see: [RECONCILE],
    todo: [
      {
        text: 'Replay the events of those alone who have no URI, 20 a second',
        view: { path: `/replay?subscribers=${RECORDER}`, name: 'Replay' },
        command: `replay --from 30d --to-subscriber ${RECORDER} --not-done --rate 20 --wait`,
      },
    ],
    play: { break: missUsers, conditions: ['uris'] },
  },
  {
    id: 'user-deleted',
    title: 'A user was deleted by mistake',
    entry: 11,
    story:
      'A user who did not leave has no row, and the bucket is retired: it keeps what it holds until the day in its tag. The row as it was before, with its URI, takes the retirement back.',
    see: [RECONCILE],
    todo: [
      { text: 'Put the row back as it was, from a backup or the table at an earlier time, as the runbook says' },
      { text: 'Buckets of users who are back are restored', view: HEALTH, command: 'reconcile --fix' },
    ],
    notPlayable: 'It needs a stage with whenUserLeaves, and the row as it was before.',
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
