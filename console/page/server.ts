import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Refusal } from '../contract/info.ts';
import { JOBS_STREAM } from '../contract/jobs.ts';
import { notePipelineTime } from './clock.ts';

/** A request that failed. The message is for people. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
}

const GONE = 'The console does not answer. Start it again, in the terminal where it ran; this page then continues.';

/** Reads from the server. @throws RequestFailed */
export function read<T>(path: string): Promise<T> {
  return ask(path, {});
}

/** Changes something. @throws RequestFailed */
export function change<T>(path: string, body: object): Promise<T> {
  const token = document.querySelector('meta[name=console-token]')?.getAttribute('content') ?? '';
  const headers = { 'content-type': 'application/json', 'x-console-token': token };
  return ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, init).catch(() => undefined);
  if (response === undefined) throw new RequestFailed(GONE);
  const answer = (await response.json()) as T | Refusal;
  if (!response.ok) throw new RequestFailed((answer as Refusal).error);
  return answer as T;
}

/** What a stream has given so far. */
export interface Live<T> {
  readonly data?: T;
  /** The server's clock minus this one, in milliseconds. */
  readonly offset: number;
  /** `live`: what is shown is true now. `stale`: it was true until `since`. */
  readonly state: 'loading' | 'live' | 'stale';
  /** Whether it gets news every few seconds only, because more pages are open than can follow at a time. */
  readonly isInTurns?: boolean;
  /** When the connection was lost, in milliseconds since the Unix epoch. */
  readonly since?: number;
  readonly problem?: string;
}

/**
 * Follows a stream of the server while a component is shown, and the page is visible.
 * @param onItem called with each item. @default the last item is all there is to know
 */
export function useLive<T extends { readonly now: number }>(
  path: string,
  onItem?: (item: T) => void,
): ReadonlySignal<Live<T>> {
  const live = useMemo(() => signal<Live<T>>({ state: 'loading', offset: 0 }), [path]);
  useEffect(() => {
    const lose = (problem: string) => {
      const { since = Date.now() } = live.value;
      live.value = { ...live.value, state: 'stale', since, problem };
    };
    let steady: number | undefined;
    const setTurns = (isInTurns: boolean) => {
      clearTimeout(steady);
      if (isInTurns !== live.value.isInTurns) live.value = { ...live.value, isInTurns };
    };
    const end = follow(path, {
      // A stream with nothing new sends no item: what is shown is true again.
      onOpen: () => {
        const { data, offset, isInTurns = false } = live.value;
        if (data !== undefined) live.value = { data, offset, isInTurns, state: 'live' };
        if (isInTurns) steady = setTimeout(() => setTurns(false), STEADY_MS);
      },
      onItem: (text) => {
        const data = JSON.parse(text) as T;
        const { isInTurns = false } = live.value;
        onItem?.(data);
        if (path !== JOBS_STREAM) notePipelineTime(data.now);
        live.value = { data, isInTurns, state: 'live', offset: data.now - Date.now() };
      },
      onTurn: () => setTurns(true),
      onLost: () => lose(live.value.problem ?? GONE),
      onFailure: lose,
    });
    return () => {
      clearTimeout(steady);
      end();
    };
  }, [path]);
  return live;
}

/** A stream that lasts that long, in milliseconds, no longer takes turns with others. */
const STEADY_MS = 10_000;

interface Listeners {
  onOpen(): void;
  onItem(text: string): void;
  /** Other pages have their turn; the browser connects again soon. */
  onTurn(): void;
  /** The connection is lost; the browser connects again. */
  onLost(): void;
  /** The server says what is wrong. */
  onFailure(problem: string): void;
}

/** When a stream that was refused is asked for again, in milliseconds. */
const RETRY_AFTER_REFUSAL_MS = 5000;

/**
 * Follows a stream while the page is visible: a browser has six connections for all its pages, and the server work with each.
 * Continues after the last item, also after the server refused the stream, which the browser gives up then.
 * @returns what ends it
 */
function follow(path: string, listeners: Listeners): () => void {
  let last = '';
  let source: EventSource | undefined;
  let retry: number | undefined;
  const close = () => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  const open = () => {
    source = new EventSource(last === '' ? path : withParameter(path, 'after', last));
    let isTurnOver = false;
    source.onopen = () => listeners.onOpen();
    source.onmessage = ({ data, lastEventId }) => {
      last = lastEventId;
      listeners.onItem(data);
    };
    source.addEventListener('turn', () => {
      isTurnOver = true;
      listeners.onTurn();
    });
    source.addEventListener('failure', ({ data }: MessageEvent) =>
      listeners.onFailure((JSON.parse(data) as Refusal).error),
    );
    source.onerror = ({ currentTarget }) => {
      const isLost = !isTurnOver;
      isTurnOver = false;
      if ((currentTarget as EventSource).readyState !== EventSource.CLOSED) {
        if (isLost) listeners.onLost();
        return;
      }
      void refusalOf(path).then((problem) =>
        problem === undefined ? listeners.onLost() : listeners.onFailure(problem),
      );
      retry = setTimeout(open, RETRY_AFTER_REFUSAL_MS);
    };
  };
  const look = () => {
    close();
    if (document.visibilityState === 'visible') open();
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    close();
  };
}

/** Why the server refuses a stream, which the browser does not say; undefined if it no longer does. */
async function refusalOf(path: string): Promise<string | undefined> {
  const end = new AbortController();
  try {
    const response = await fetch(path, { signal: end.signal });
    return response.ok ? undefined : ((await response.json()) as Refusal).error;
  } catch {
    return GONE;
  } finally {
    end.abort();
  }
}

function withParameter(path: string, name: string, value: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams({ [name]: value })}`;
}
