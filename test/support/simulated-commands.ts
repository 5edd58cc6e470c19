import type { CommandRun } from '../../tools/simulate/operators/operators.ts';
import type { SentCall } from '../../tools/simulate/operators/sent-call.ts';
import type { Outcome } from '../../tools/simulate/promises/index.ts';
import type { Promised } from '../../tools/simulate/promises/outcome.ts';

/** When the commands began, by every clock. */
export const STARTED_AT = 1_000_000;

/** A command that an operator ran. @param words as typed after `npx pipeline` */
export function ran(words: string, more: Partial<CommandRun> = {}): CommandRun {
  const ending = { at: STARTED_AT + 1, code: 0 };
  const args = words.split(' ');
  return {
    args,
    operator: 'operator 1',
    startedAt: STARTED_AT,
    clockAtStart: STARTED_AT,
    clockAheadMs: 0,
    isClockSet: false,
    calls: [],
    isInterrupted: false,
    output: '',
    ending,
    ...more,
  };
}

/** What a promise says about commands, without their names. */
export function broken(promise: Promised, commands: readonly CommandRun[], more: Partial<Outcome> = {}): string[] {
  const outcome = {
    commands,
    replayed: [],
    archived: [],
    lateReads: [],
    lostByRules: [],
    subscriptions: [],
    dlqs: [],
    ...more,
  } as Partial<Outcome> as Outcome;
  return promise(outcome, { seed: '', registrations: [], faults: [] }).map(({ what }) => what.replace(/^.*` /s, ''));
}

/** A call that a command made. @param answer undefined if none arrived */
export function called(operation: string, input: object, answer?: object): SentCall {
  const request = { method: 'POST', target: '/', headers: { 'x-amz-target': `X.${operation}` }, body: json(input) };
  const made = { place: 1, sentAt: STARTED_AT, clock: STARTED_AT };
  return { request, ...made, ...(answer && { answer: { status: 200, headers: {}, body: json(answer) } }) };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
