import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { type RequestFailed, read } from '../server.ts';

/** Something that is read when it is asked for, not followed. */
export interface Reading<T> {
  readonly data?: T;
  readonly isReading: boolean;
  /** Why the last reading failed; what was read before it is still there. */
  readonly problem?: string;
}

/** Reads an address of the server when a component is shown, and again when it is asked to. */
export function useReading<T>(path: string): { readonly reading: ReadonlySignal<Reading<T>>; again(): void } {
  const [reading, again] = useMemo(() => {
    const state = signal<Reading<T>>({ isReading: true });
    let latest = 0;
    const ask = () => {
      latest += 1;
      const mine = latest;
      state.value = { ...state.value, isReading: true };
      read<T>(path).then(
        (data) => {
          if (mine === latest) state.value = { data, isReading: false };
        },
        ({ message }: RequestFailed) => {
          if (mine === latest) state.value = { ...state.value, isReading: false, problem: message };
        },
      );
    };
    return [state, ask] as const;
  }, [path]);
  useEffect(again, [again]);
  return { reading, again };
}
