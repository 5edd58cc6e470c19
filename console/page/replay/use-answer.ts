import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type RequestFailed, read } from '../server.ts';

export interface Answer<T> {
  /** The last one, while the next is on its way. */
  readonly answer: T | undefined;
  readonly problem: string | undefined;
  /** Whether it is for what is asked now. */
  readonly isCurrent: boolean;
}

/** How long an address must stay the same until it is asked for: while a window is drawn it changes often. */
const SETTLED_MS = 150;

/** What the server answers for an address. @param times it is asked again when this changes */
export function useAnswer<T>(path: string, times: number): Answer<T> {
  const asked = `${times} ${path}`;
  const found = useSignal<Omit<Answer<T>, 'isCurrent'> & { readonly asked: string }>({
    asked: '',
    answer: undefined,
    problem: undefined,
  });
  useEffect(() => {
    let isOver = false;
    const timer = setTimeout(() => {
      read<T>(path).then(
        (answer) => {
          if (!isOver) found.value = { asked, answer, problem: undefined };
        },
        ({ message }: RequestFailed) => {
          if (!isOver) found.value = { asked, answer: undefined, problem: message };
        },
      );
    }, SETTLED_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [asked]);
  const { answer, problem } = found.value;
  return { answer, problem, isCurrent: found.value.asked === asked };
}
