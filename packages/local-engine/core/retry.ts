import type { AwsError } from './aws-error.ts';
import type { Clock } from './clock.ts';

/** AWS does not publish its pauses. These start below a second, and stay at a minute. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** How often a dead letter is sent again before it is lost: about fifteen minutes in all. */
export const DLQ_RETRIES = 20;

const THROTTLING_CODES = new Set(['ThrottlingException', 'Throttling', 'RequestThrottled', 'SlowDown']);

/** Milliseconds to wait before a retry: exponential, with jitter. @param retries how many there were */
export function pauseBefore(retries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(retries, 16)) * (0.5 + Math.random() / 2);
}

export function isThrottling({ code }: AwsError): boolean {
  return THROTTLING_CODES.has(code);
}

/** Whether the same call may succeed later. */
export function isTransient(error: AwsError): boolean {
  return error.status >= 500 || isThrottling(error);
}

/** The pauses between retries of one part of the engine. All of them end when the part stops. */
export class Pauses {
  readonly #clock: Clock;
  readonly #endings = new Set<() => void>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Resolves after `ms` milliseconds, or when stopped. */
  wait(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        timer.cancel();
        this.#endings.delete(end);
        resolve();
      };
      const timer = this.#clock.after(ms, end);
      this.#endings.add(end);
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const end of this.#endings) end();
  }

  /** Allows pauses again after a stop. */
  resume(): void {
    this.#stopped = false;
  }
}
