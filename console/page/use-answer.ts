import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type RequestFailed, read } from './server.ts';

/** What the server answers for an address: asked once, and again when someone wants it. For what is followed, see `useLive`. */
export interface Answer<T> {
  /** The last one. It stays while it is asked for again, and when that fails. */
  readonly answer: T | undefined;
  /** Why the last request failed. */
  readonly problem: string | undefined;
  /** Whether answer and problem are of what is asked now; otherwise that is on its way. */
  readonly isCurrent: boolean;
  again(): void;
}

export interface AnswerOptions {
  /** It is asked for again when this changes. */
  readonly version?: string | number | undefined;
  /**
   * For an address that changes while someone types or draws: it is asked for once it has been the same for so many milliseconds,
   * and the answer for the address before stays meanwhile.
   */
  readonly settleMs?: number;
}

interface Found<T> {
  readonly path?: string;
  readonly asked?: string;
  readonly answer?: T | undefined;
  readonly problem?: string;
}

/** Asks the server while a component is shown. @param path undefined as long as there is nothing to ask for */
export function useAnswer<T>(path: string | undefined, { version = '', settleMs }: AnswerOptions = {}): Answer<T> {
  const times = useSignal(0);
  const asked = path && `${times.value} ${version} ${path}`;
  const found = useSignal<Found<T>>({});
  useEffect(() => {
    if (path === undefined || asked === undefined) return undefined;
    let isOver = false;
    const ask = () =>
      read<T>(path).then(
        (answer) => {
          if (!isOver) found.value = { path, asked, answer };
        },
        ({ message }: RequestFailed) => {
          const { answer } = found.value.path === path ? found.value : {};
          if (!isOver) found.value = { path, asked, answer, problem: message };
        },
      );
    const timer = settleMs === undefined ? void ask() : setTimeout(ask, settleMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [asked]);
  const { answer, problem } = settleMs !== undefined || found.value.path === path ? found.value : {};
  const again = () => {
    times.value += 1;
  };
  return { answer, problem, isCurrent: found.value.asked === asked, again };
}
