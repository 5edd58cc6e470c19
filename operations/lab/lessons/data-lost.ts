import { deleteBuckets, loseUris, missUsers, RECORDER, recordWrongly, removeWrongResults } from './breaks.ts';
import type { Lesson } from './lesson.ts';
import { HEALTH, RECONCILE } from './views.ts';

/** What users had is lost or wrong: URIs, buckets, rows. */
export const LOST: readonly Lesson[] = [
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
    id: 'bug-shipped',
    title: 'A bug was shipped and recorded wrong results',
    entry: 4,
    story: `The events were right, and what a subscriber made of them was wrong. No alarm sees that. ${RECORDER} never overwrites a URI: the wrong ones are removed first, and then a replay records the right ones. A subscriber that overwrites its results needs the replay alone.`,
    see: [RECONCILE],
    todo: [
      { text: 'Deploy the fix. Here the bug is over: it has written into the rows once' },
      { text: 'Remove the wrong results: with the button below, or with --repair in a terminal' },
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
];
