import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Refusal } from '../server/contract.ts';

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
  /** When the connection was lost, in milliseconds since the Unix epoch. */
  readonly since?: number;
  readonly problem?: string;
}

/**
 * Follows a stream of the server while a component is shown.
 * @param onItem called with each item. @default the last item is all there is to know
 */
export function useLive<T extends { readonly now: number }>(
  path: string,
  onItem?: (item: T) => void,
): ReadonlySignal<Live<T>> {
  const live = useMemo(() => signal<Live<T>>({ state: 'loading', offset: 0 }), [path]);
  useEffect(() => {
    const source = new EventSource(path);
    // A stream with nothing new sends no item: what is shown is true again.
    source.onopen = () => {
      const { data, offset } = live.value;
      if (data !== undefined) live.value = { data, offset, state: 'live' };
    };
    source.onmessage = ({ data: text }) => {
      const data = JSON.parse(text) as T;
      onItem?.(data);
      live.value = { data, state: 'live', offset: data.now - Date.now() };
    };
    const lose = (problem: string) => {
      const { since = Date.now() } = live.value;
      live.value = { ...live.value, state: 'stale', since, problem };
    };
    source.onerror = () => lose(live.value.problem ?? GONE);
    source.addEventListener('failure', ({ data }: MessageEvent) => lose((JSON.parse(data) as Refusal).error));
    return () => source.close();
  }, [path]);
  return live;
}
