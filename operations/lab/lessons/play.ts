import type { OnStack } from '../../deployed/stack.ts';
import { CommandFailure, UsageError } from '../../messages/errors.ts';
import { requireEngine } from '../lab-api.ts';
import { type ConditionFound, checkConditions } from './conditions.ts';
import type { BreakOptions, BreakPreview, Lesson } from './lesson.ts';
import { LESSONS } from './lessons.ts';

/** A lesson that can be played. */
type PlayableLesson = Lesson & { readonly play: NonNullable<Lesson['play']> };

/** @throws UsageError for an unknown lesson, with those that there are */
export function findLesson(id: string): Lesson {
  const found = LESSONS.find((lesson) => lesson.id === id);
  if (found !== undefined) return found;
  throw new UsageError(`there is no lesson ${id}; there are ${LESSONS.map((lesson) => lesson.id).join(', ')}`);
}

/** @throws UsageError for an unknown lesson, CommandFailure for one that cannot be played */
function playable(id: string): PlayableLesson {
  const lesson = findLesson(id);
  if (lesson.play === undefined) throw new CommandFailure(`the lesson ${id} cannot be played: ${lesson.notPlayable}`);
  return lesson as PlayableLesson;
}

/** What breaking would change. @throws UsageError on AWS, and for an unknown lesson; CommandFailure if it cannot be played */
export function previewBreak(on: OnStack, id: string): Promise<BreakPreview> {
  requireEngine(on.target);
  return playable(id).play.break.preview(on);
}

/** Breaks the engine as the lesson's drill does. @throws as {@link previewBreak}, and CommandFailure if it cannot be done now */
export async function breakForLesson(on: OnStack, id: string, options: BreakOptions): Promise<void> {
  requireEngine(on.target);
  await playable(id).play.break.run(on, options);
}

/** Does the step of the operator for which there is no command. @returns what was done @throws as {@link previewBreak} */
export async function repairForLesson(on: OnStack, id: string): Promise<string> {
  requireEngine(on.target);
  const { repair } = playable(id).play;
  if (repair === undefined) throw new CommandFailure(`the lesson ${id} has commands for all of its steps`);
  return repair.run(on);
}

/** How a lesson stands. */
export interface LessonCheck {
  readonly isFixed: boolean;
  readonly found: readonly ConditionFound[];
}

/** Says whether the damage is fixed. @throws as {@link previewBreak} */
export async function checkLesson(on: OnStack, id: string, signal: AbortSignal): Promise<LessonCheck> {
  requireEngine(on.target);
  const found = await checkConditions(on, playable(id).play.conditions, signal);
  return { isFixed: found.every(({ isMet }) => isMet), found };
}
