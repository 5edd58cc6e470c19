import { LOST } from './data-lost.ts';
import type { Lesson } from './lesson.ts';
import { NOT_DELIVERED } from './not-delivered.ts';
import { REPLAYS } from './replays.ts';

/** The drills of the runbook, in its order: what is broken, what you see, what to do. */
export const LESSONS: readonly Lesson[] = [...LOST, ...NOT_DELIVERED, ...REPLAYS].sort((a, b) => a.entry - b.entry);
