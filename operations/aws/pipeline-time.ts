import { chooseTarget, type Target, type TargetOptions } from './target.ts';

/** Has the local engine's time in milliseconds, while it is ahead of this machine: after time was skipped. */
const ENGINE_TIME = 'x-local-engine-time';

/** Date has whole seconds, and answers take time: a smaller difference says nothing. */
export const LEAST_MS = 5000;

/** Answers take a moment: what is known stays, as long as no more than that has changed. */
const LEAST_CHANGE_MS = 250;

/** By how much the clocks of places are ahead of this machine's, in milliseconds. */
const AHEAD = new Map<string, number>();

/**
 * What time it is where the pipeline is, by its last answer: on a local engine whose time was skipped, and on AWS if this
 * machine's clock is wrong. Ages and windows are counted by it.
 * @returns milliseconds since the Unix epoch; this machine's time until there was an answer
 */
export function timeAt(target: Target): number {
  return Date.now() + (AHEAD.get(placeOf(target)) ?? 0);
}

/**
 * The same, where a window is read before the first call: asks a local engine. On AWS it is this machine's time.
 * @returns milliseconds since the Unix epoch
 * @throws UsageError for options that name no pipeline
 */
export async function askTime(options: TargetOptions): Promise<number> {
  const target = chooseTarget(options, process.env);
  if ('endpoint' in target) {
    const answer = await fetch(target.endpoint).catch(() => undefined);
    // Without an answer, the call that follows says what is wrong.
    if (answer !== undefined) noteTime(target, Object.fromEntries(answer.headers));
    await answer?.body?.cancel();
  }
  return timeAt(target);
}

/** Notes the time of an answer. @param headers with lower-case names */
export function noteTime(target: Target, headers: Readonly<Record<string, string>>): void {
  const exact = Number(headers[ENGINE_TIME]);
  const time = Number.isNaN(exact) ? Date.parse(headers.date ?? '') : exact;
  const ahead = time - Date.now();
  const isSame = Number.isNaN(ahead) || (Number.isNaN(exact) && Math.abs(ahead) < LEAST_MS);
  const place = placeOf(target);
  if (isSame) AHEAD.delete(place);
  else if (Math.abs(ahead - (AHEAD.get(place) ?? 0)) >= LEAST_CHANGE_MS) AHEAD.set(place, ahead);
}

/** Forgets what answers have said, as a new process does. */
export function forgetTimes(): void {
  AHEAD.clear();
}

function placeOf(target: Target): string {
  return 'endpoint' in target ? target.endpoint : 'aws';
}
