import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const TICK_MS = 200;

/** Whether someone can see this page: what goes on by itself pauses meanwhile. */
export const isSeen = signal(document.visibilityState === 'visible');
document.addEventListener('visibilitychange', () => {
  isSeen.value = document.visibilityState === 'visible';
});

/** Milliseconds since the Unix epoch by this machine; it goes on only while something shows it. */
export const now = signal(Date.now());

/** The pipeline's clock minus this machine's, in milliseconds: an engine's time can be skipped. */
export const pipelineAhead = signal(0);

/** Smaller differences are those of two machines, or of the way between them. */
const LEAST_CHANGE_MS = 1000;

/** Call this with each time of the pipeline's. */
export function notePipelineTime(at: number): void {
  const ahead = at - Date.now();
  // Each change renders every time of the page again.
  if (Math.abs(ahead - pipelineAhead.peek()) >= LEAST_CHANGE_MS) pipelineAhead.value = ahead;
}

let users = 0;
let timer: number | undefined;

/** Lets {@link now} go on while a component is shown that needs it. */
export function useClock(isNeeded: boolean): void {
  const goesOn = isNeeded && isSeen.value;
  useEffect(() => {
    if (!goesOn) return undefined;
    users += 1;
    now.value = Date.now();
    timer ??= setInterval(() => {
      now.value = Date.now();
    }, TICK_MS);
    return () => {
      users -= 1;
      if (users > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, [goesOn]);
}
