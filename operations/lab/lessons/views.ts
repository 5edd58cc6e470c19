import type { LessonStep } from './lesson.ts';

/** Where several lessons look. */
export const HEALTH = { path: '/health', name: 'Health' };
export const RECONCILE: LessonStep = { text: 'Users, URIs and buckets compared', view: HEALTH, command: 'reconcile' };
export const WAITING: LessonStep = {
  text: 'The users who are not done',
  view: { path: '/?show=waiting', name: 'Users' },
};
export const DEAD_LETTERS: LessonStep = {
  text: 'The dead letters, by cause',
  view: { path: '/dead-letters', name: 'Dead letters' },
  command: 'dlq list',
};
export const MARKS: LessonStep = {
  text: 'Which faults are set, and what they did',
  view: { path: '/lab', name: 'Lab' },
};
