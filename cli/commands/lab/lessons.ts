import { pipelineCommand } from '../../../operations/aws/target.ts';
import {
  type BreakPreview,
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
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { confirm } from '../../output/confirm.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import type { LabLessonOptions, LabLessonsOptions } from './command.ts';

/** Lists the lessons. @throws UsageError on AWS */
export async function labLessons(options: LabLessonsOptions): Promise<void> {
  const lessons = LESSONS.map(({ id, entry, title, play }) => ({ id, entry, title, isPlayable: play !== undefined }));
  await onEngine(options, async () => {
    if (options.json) return void print(lessons.map(jsonLine).join(''));
    const rows = lessons.map(({ id, entry, title, isPlayable }) => [
      id,
      String(entry),
      title,
      isPlayable ? '' : 'read only',
    ]);
    print(columns([['LESSON', 'ENTRY', 'WHAT', ''], ...rows]));
  });
}

/**
 * Shows a lesson, breaks what it is about, or says whether that is fixed.
 * @throws UsageError on AWS and for an unknown lesson, CommandFailure for one that cannot be played
 */
export async function labLesson(id: string, options: LabLessonOptions): Promise<void> {
  const lesson = findLesson(id);
  await stoppable((signal) =>
    onEngine(options, async (on) => {
      if (options.check) {
        const check = await checkLesson(on, id, signal);
        if (!check.isFixed) process.exitCode = 1;
        const lines = check.found.map(({ isMet, text }) => `${isMet ? '✔' : '✖'} ${text}\n`);
        return void print(options.json ? jsonLine(check) : lines.join(''));
      }
      if (options.repair) return void print(`${await repairForLesson(on, id)}\n`);
      const preview = lesson.play === undefined ? { lines: [] } : await previewBreak(on, id);
      if (!options.break) return show(lesson, preview, options);
      if (preview.problem !== undefined) throw new CommandFailure(preview.problem);
      note(preview.lines.map((line) => `${line}\n`).join(''));
      if (!(await confirm('Break it?', { ...options, hasDryRun: false, signal }))) return note('nothing was broken\n');
      await breakForLesson(on, id, { signal, onLine: (line) => print(`${line}\n`) });
      const lessonCommand = (option = '') => pipelineCommand(`lab lesson ${id}${option}`, options);
      if (signal.aborted) return endInterrupted(`what was broken stays broken; ${lessonCommand(' --check')} says what`);
      note(`What to do: ${lessonCommand()}. Is it fixed? ${lessonCommand(' --check')}\n`);
    }),
  );
}

function show(lesson: Lesson, { lines, problem }: BreakPreview, options: LabLessonOptions): void {
  const { id, title, story, see, todo, notPlayable } = lesson;
  const stepOf = ({ text, command }: LessonStep) => ({
    text,
    ...(command !== undefined && { command: pipelineCommand(command, options) }),
  });
  const [seen, done] = [see.map(stepOf), todo.map(stepOf)];
  if (options.json) {
    const broken =
      notPlayable === undefined ? { lines, ...(problem !== undefined && { problem }) } : { problem: notPlayable };
    return void print(jsonLine({ id, title, story, see: seen, todo: done, ...broken }));
  }
  const steps = (of: typeof seen) =>
    of.map(({ text, command }) => `  ${text}${command === undefined ? '' : `: ${command}`}\n`).join('');
  const breaking = notPlayable ?? problem ?? lines.join(' ');
  const playing =
    (notPlayable ?? problem) === undefined
      ? `Break it: ${pipelineCommand(`lab lesson ${id} --break`, options)}\nIs it fixed? ${pipelineCommand(`lab lesson ${id} --check`, options)}\n`
      : '';
  print(
    `${title}\n${story}\n\nWhat breaks:\n  ${breaking}\nWhat you see:\n${steps(seen)}What you do:\n${steps(done)}${playing}`,
  );
}
