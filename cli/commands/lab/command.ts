import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type OptionsOf, wholeNumber, withTarget } from '../../options.ts';

const MOST_CALLS = 1_000_000;
const LONGEST_DELAY_MS = 600_000;

const NOTES = `
Works on a local engine only: it breaks things on purpose. Everything that it does is a mark in the trace of each user
whom it touches, and lab marks lists it. Faults end with the engine, which is the way out of all of them.

Names that do not exist are refused, with those that there are, before anything changes.`;

const FAULT_JSON =
  'print one JSON object: id, operation, effect, code, delayMs, when, nth, times, subscriber, callsBefore, strikesLeft, text';

const defineFault = (lab: Command) =>
  withTarget(
    lab
      .command('fault')
      .description('let calls of an AWS operation fail, be late, or kill the function that makes them')
      .argument(
        '<operation>',
        'as in IAM, such as s3:CreateBucket; * for any; deliver:stream-record or deliver:queue-message, which come twice',
      )
      .addOption(
        new Option('--code <code>', 'fail with this error of AWS, such as ThrottlingException').conflicts([
          'lostAnswer',
          'delay',
          'kill',
        ]),
      )
      .addOption(
        new Option('--lost-answer', 'take effect, and fail for the caller').conflicts(['delay', 'kill', 'after']),
      )
      .addOption(
        new Option('--delay <ms>', 'take this many milliseconds longer')
          .argParser(wholeNumber(1, LONGEST_DELAY_MS))
          .conflicts('kill'),
      )
      .option('--kill', 'kill the function of --subscriber at this call')
      .option('--after', 'after the call took effect (default: before)')
      .option('--nth <n>', 'the first call that it affects, counted from now', wholeNumber(1, MOST_CALLS), 1)
      .option('--times <n>', 'how many calls it affects; always: until the fault is removed', times, 1)
      .option('--subscriber <name>', 'only calls of the function of this subscriber')
      .option('--json', FAULT_JSON),
  ).addHelpText(
    'after',
    '\nThe pipe calls events:PutEvents, a rule sqs:SendMessage. Calls of commands and of the console count too, unless\n--subscriber is there.',
  );

const defineFaults = (lab: Command) =>
  withTarget(
    lab
      .command('faults')
      .description('list the faults that are armed, or remove them')
      .addOption(
        new Option('--remove <id>', 'remove this one')
          .argParser(wholeNumber(1, Number.MAX_SAFE_INTEGER))
          .conflicts('removeAll'),
      )
      .option('--remove-all', 'remove all')
      .option('--json', `${FAULT_JSON}, for each fault`),
  );

const defineSkip = (lab: Command) =>
  withTarget(
    lab
      .command('skip')
      .description('let time pass at once: failed messages come again, timers end')
      .argument('<span>', 'such as 61s, 15m, 2h or 1d')
      .option('--dry-run', 'only show what it would do')
      .option('--no-wait', 'do not wait until no function works: a running invocation may time out')
      .option(
        '--json',
        'print one JSON object: ms, now, skippedMs, running; with --dry-run ms, from, to, running, waiting, notes',
      ),
  );

const defineKill = (lab: Command) =>
  withTarget(
    lab
      .command('kill')
      .description('kill the function of a subscriber, with the invocations that it works on')
      .argument('<subscriber>', 'such as bucket-service')
      .option('--next', 'in the middle of its next invocation, at its first call of AWS')
      .option('--at <operation>', 'the same, at this call, such as s3:CreateBucket')
      .option('--before', 'with --next or --at: before the call takes effect (default: after it)')
      .addOption(new Option('--dry-run', 'only show what it would do').conflicts(['next', 'at']))
      .option('--json', `print one JSON object: subscriber, invocations; with --next or --at as lab fault`),
  );

const definePipe = (name: string, description: string) => (lab: Command) =>
  withTarget(lab.command(name).description(description).option('--json', 'print one JSON object: name, runs'));

const defineStop = definePipe('stop-pipe', "stop the pipe, by AWS's StopPipe: new rows wait in the stream");
const defineStart = definePipe('start-pipe', "start the pipe, by AWS's StartPipe");

const defineMarks = (lab: Command) =>
  withTarget(
    lab
      .command('marks')
      .description('list what was done, the newest first, and which users it touched')
      .option('--json', 'print one JSON object for each: sequence, at, text, users'),
  );

const defineLessons = (lab: Command) =>
  withTarget(
    lab
      .command('lessons')
      .description('list the drills of the runbook, which can be played here')
      .option('--json', 'print one JSON object for each: id, entry, title, isPlayable'),
  );

const defineLesson = (lab: Command) =>
  withTarget(
    lab
      .command('lesson')
      .description('play a drill of the runbook: what breaks, what you see, what you do, and whether it is fixed')
      .argument('<id>', 'such as all-uris-lost; lab lessons lists them')
      .addOption(new Option('--break', 'break it, after asking').conflicts(['check', 'repair']))
      .addOption(new Option('--repair', 'do the step that has no command of its own').conflicts('check'))
      .option('--check', 'say whether it is fixed; exit code 1 if not')
      .option('--yes', 'with --break: do not ask')
      .option(
        '--json',
        'print one JSON object: id, title, story, see, todo (text, command), lines, problem; with --check isFixed, found (condition, isMet, text)',
      ),
  );

export type LabFaultOptions = OptionsOf<typeof defineFault>;
export type LabFaultsOptions = OptionsOf<typeof defineFaults>;
export type LabSkipOptions = OptionsOf<typeof defineSkip>;
export type LabKillOptions = OptionsOf<typeof defineKill>;
export type LabPipeOptions = OptionsOf<typeof defineStop>;
export type LabMarksOptions = OptionsOf<typeof defineMarks>;
export type LabLessonsOptions = OptionsOf<typeof defineLessons>;
export type LabLessonOptions = OptionsOf<typeof defineLesson>;

export function add(program: Command): void {
  const lab = program
    .command('lab')
    .description('break the local engine on purpose: faults, skipped time, killed functions, a stopped pipe')
    .helpCommand(false)
    .addHelpText('after', NOTES);
  defineFault(lab).action(async (operation, options) => (await import('./faults.ts')).labFault(operation, options));
  defineFaults(lab).action(async (options) => (await import('./faults.ts')).labFaults(options));
  defineSkip(lab).action(async (span, options) => (await import('./skip.ts')).labSkip(span, options));
  defineKill(lab).action(async (subscriber, options) => (await import('./kill.ts')).labKill(subscriber, options));
  defineStop(lab).action(async (options) => (await import('./pipe.ts')).labPipe(options, false));
  defineStart(lab).action(async (options) => (await import('./pipe.ts')).labPipe(options, true));
  defineMarks(lab).action(async (options) => (await import('./marks.ts')).labMarks(options));
  defineLessons(lab).action(async (options) => (await import('./lessons.ts')).labLessons(options));
  defineLesson(lab).action(async (id, options) => (await import('./lessons.ts')).labLesson(id, options));
}

function times(text: string): number | 'always' {
  if (text === 'always') return text;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MOST_CALLS) return number;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_CALLS}, or always.`);
}
