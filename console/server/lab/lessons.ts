import { pipelineCommand } from '../../../operations/aws/target.ts';
import {
  breakForLesson,
  checkLesson,
  findLesson,
  LESSONS,
  type Lesson,
  type LessonStep,
  onEngine,
  previewBreak,
  repairForLesson,
} from '../../../operations/lab/index.ts';
import type {
  LabDone,
  LessonCheckView,
  LessonPreview,
  LessonStepView,
  LessonsPage,
  LessonView,
} from '../../contract/lab.ts';
import { type Body, fieldText } from '../body.ts';
import type { JobPlan } from '../jobs.ts';
import type { Asked } from '../route.ts';

/** The drills of the runbook. */
export async function readLessons({ target }: Asked): Promise<LessonsPage> {
  return { lessons: LESSONS.map((lesson) => viewLesson(lesson, target)) };
}

function viewLesson({ see, todo, play, ...lesson }: Lesson, target: Asked['target']): LessonView {
  const viewStep = ({ command, ...step }: LessonStep): LessonStepView => ({
    ...step,
    ...(command !== undefined && { command: pipelineCommand(command, target) }),
  });
  return {
    ...lesson,
    see: see.map(viewStep),
    todo: todo.map(viewStep),
    ...(play?.repair && { repair: play.repair.text }),
    command: pipelineCommand(`lab lesson ${lesson.id}${play === undefined ? '' : ' --break'}`, target),
  };
}

/** What breaking would change. The query has the lesson's `id`. */
export function readLessonPreview({ query, target }: Asked): Promise<LessonPreview> {
  return onEngine(target, (on) => previewBreak(on, query.get('id') ?? ''));
}

/** Whether the damage is fixed. The query has the lesson's `id`. */
export async function readLessonCheck({ query, target, signal }: Asked): Promise<LessonCheckView> {
  const { isFixed, found } = await onEngine(target, (on) => checkLesson(on, query.get('id') ?? '', signal));
  return { isFixed, found: found.map(({ isMet, text }) => ({ isMet, text })) };
}

/** Breaks the engine as a lesson says. @param body `id` @throws UsageError for an unknown lesson, and on AWS */
export async function planBreak({ target }: Asked, { id }: Body): Promise<JobPlan> {
  const lesson = findLesson(fieldText(id));
  await onEngine(target, (on) => previewBreak(on, lesson.id));
  return {
    kind: 'lesson',
    title: `Break for the lesson: ${lesson.title}`,
    command: pipelineCommand(`lab lesson ${lesson.id} --break`, target),
    run: (signal, report) => {
      const lines: string[] = [];
      const onLine = (line: string) => {
        lines.push(line);
        report({ lines: [...lines] });
      };
      return onEngine(target, (on) => breakForLesson(on, lesson.id, { signal, onLine }));
    },
  };
}

/** Does the step of a lesson that has no command. @param body `id` */
export async function repairLesson({ target }: Asked, { id }: Body): Promise<LabDone> {
  return { text: await onEngine(target, (on) => repairForLesson(on, fieldText(id))) };
}
