/** The lab: breaks a local engine on purpose, and shows what came of it. */

export {
  type ArmedFault,
  describeFault,
  type FaultOptions,
  faultCommand,
  injectFault,
  listFaults,
  previewFault,
  removeFaults,
} from './faults.ts';
export { type KilledFunction, killFunction, killInNextInvocation, previewKill } from './kill.ts';
export { type EngineState, type FaultEffect, readEngine, requireEngine } from './lab-api.ts';
export { followLab, type LabState } from './lab-state.ts';
export type { ConditionFound } from './lessons/conditions.ts';
export type { BreakPreview, Lesson, LessonStep } from './lessons/lesson.ts';
export { LESSONS } from './lessons/lessons.ts';
export {
  breakForLesson,
  checkLesson,
  findLesson,
  type LessonCheck,
  previewBreak,
  repairForLesson,
} from './lessons/play.ts';
export { type LabMark, readMarks } from './marks.ts';
export { onEngine, streamOnEngine } from './on-engine.ts';
export { type PipeRuns, readPipe, setPipe } from './pipe.ts';
export { parseSkip, previewSkip, type SkipPreview, type SkipResult, skipLines, skipTime } from './time.ts';
