import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const TICK_MS = 200;

/** Milliseconds since the Unix epoch by this machine; it goes on only while something shows it. */
export const now = signal(Date.now());

let users = 0;
let timer: number | undefined;

/** Lets {@link now} go on while a component is shown that needs it. */
export function useClock(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return undefined;
    users += 1;
    timer ??= setInterval(() => {
      now.value = Date.now();
    }, TICK_MS);
    return () => {
      users -= 1;
      if (users > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, [isNeeded]);
}
