import type { Lesson } from './lesson.ts';

/** A replay is all of the work, or was the mistake. */
export const REPLAYS: readonly Lesson[] = [
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
];
