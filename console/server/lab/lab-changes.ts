import { pipelineCommand, shellWord } from '../../../operations/aws/target.ts';
import {
  type FaultEffect,
  type FaultOptions,
  faultCommand,
  injectFault,
  killFunction,
  killInNextInvocation,
  onEngine,
  parseSkip,
  previewFault,
  previewKill,
  previewSkip,
  removeFaults,
  setPipe,
  skipLines,
  skipTime,
} from '../../../operations/lab/index.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { formatDuration, formatTime } from '../../../operations/time/time.ts';
import type { LabDone, LabPreview } from '../../contract/lab.ts';
import { type Body, fieldText } from '../body.ts';
import type { Asked } from '../route.ts';

const EFFECTS: readonly FaultEffect[] = ['error', 'lost-answer', 'delay', 'kill', 'duplicate'];

/** Reads a fault from a form: every value may be a text. @throws UsageError */
function faultIn(fieldOf: (name: string) => unknown): FaultOptions {
  const text = (name: string) => fieldText(fieldOf(name));
  const effect = EFFECTS.find((each) => each === text('effect'));
  const number = (name: string) => (text(name) === '' ? undefined : wholeNumber(name, text(name)));
  const operation = text('operation');
  if (operation === '') throw new UsageError('choose an operation');
  return {
    operation,
    ...(effect !== undefined && { effect }),
    ...(effect === 'error' && text('code') !== '' && { code: text('code') }),
    ...(effect === 'delay' && { delayMs: number('delayMs') }),
    ...(text('when') === 'after' && { when: 'after' as const }),
    nth: number('nth'),
    times: text('times') === 'always' ? 'always' : number('times'),
    ...(text('subscriber') !== '' && { subscriber: text('subscriber') }),
  };
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= 1) return Number(text);
  throw new UsageError(`${name} must be a whole number from 1 on; got ${text}`);
}

/** What a fault would do. The query has the fields of the form. */
export async function readFaultPreview({ query, target }: Asked): Promise<LabPreview> {
  const fault = faultIn((name) => query.get(name));
  return { lines: [`${previewFault(fault)}.`], command: pipelineCommand(faultCommand(fault), target) };
}

/** Sets a fault. @param body the fields of the form @throws UsageError for what does not exist */
export async function setFault({ target }: Asked, body: Body): Promise<LabDone> {
  const fault = await onEngine(target, (on) =>
    injectFault(
      on,
      faultIn((name) => body[name]),
    ),
  );
  return { text: `Set: ${fault.text}.` };
}

/** Removes a fault. @param body `id`, or `all` @throws UsageError for one that is not armed */
export async function removeFault({ target }: Asked, { id, all }: Body): Promise<LabDone> {
  const which = all === true ? ('all' as const) : wholeNumber('id', fieldText(id));
  const removed = await onEngine(target, (on) => removeFaults(on, which));
  return {
    text: removed.length === 0 ? 'No fault was armed.' : `Removed: ${removed.map(({ text }) => text).join('; ')}.`,
  };
}

/** What a skip would do. The query has `span`, such as `61s`. */
export async function readSkipPreview({ query, target }: Asked): Promise<LabPreview> {
  const span = query.get('span') ?? '';
  const preview = await onEngine(target, (on) => previewSkip(on, parseSkip(span)));
  return {
    lines: [...skipLines(preview), `Then it is ${formatTime(preview.to)} on the engine.`],
    command: pipelineCommand(`lab skip ${span}`, target),
  };
}

/** Skips time. @param body `span` @throws UsageError for one that cannot be read */
export async function skip({ target, signal }: Asked, { span }: Body): Promise<LabDone> {
  const ms = parseSkip(fieldText(span));
  const skipped = await onEngine(target, (on) => skipTime(on, ms, { signal }));
  return { text: skipped === undefined ? 'No time was skipped.' : `Skipped ${formatDuration(ms)}.` };
}

/** What a kill would do. The query has `subscriber` and `moment`: `now` or `next`. */
export async function readKillPreview({ query, target }: Asked): Promise<LabPreview> {
  const [subscriber, moment] = [query.get('subscriber') ?? '', query.get('moment')];
  if (moment === 'next') {
    return {
      lines: [`${previewFault({ operation: '*', effect: 'kill', when: 'after', subscriber })}.`],
      command: pipelineCommand(`lab kill ${shellWord(subscriber)} --next`, target),
    };
  }
  const { invocations } = await onEngine(target, (on) => previewKill(on, subscriber));
  return {
    lines: [
      `The function of ${subscriber} dies now, with ${invocations === 0 ? 'no' : invocations} running invocations.`,
    ],
    command: pipelineCommand(`lab kill ${shellWord(subscriber)}`, target),
  };
}

/** Kills a function. @param body `subscriber` and `moment` @throws UsageError for an unknown subscriber */
export async function kill({ target }: Asked, { subscriber, moment }: Body): Promise<LabDone> {
  const name = fieldText(subscriber);
  if (moment === 'next') {
    const fault = await onEngine(target, (on) => killInNextInvocation(on, name));
    return { text: `Set: ${fault.text}.` };
  }
  const { invocations } = await onEngine(target, (on) => killFunction(on, name));
  return { text: `Killed the function of ${name}, with ${invocations === 0 ? 'no' : invocations} invocations.` };
}

/** Stops or starts the pipe. @param body `runs` @throws UsageError unless that says which */
export async function changePipe({ target }: Asked, { runs }: Body): Promise<LabDone> {
  if (typeof runs !== 'boolean') throw new UsageError('say whether the pipe runs: true or false');
  const pipe = await onEngine(target, (on) => setPipe(on, runs));
  return { text: pipe.runs ? 'The pipe runs.' : 'The pipe is stopped: new rows wait in the stream.' };
}
