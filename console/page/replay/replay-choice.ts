import { address, adjust } from '../address.ts';

/** What is chosen, in the address: it can be shared, loaded again and returned to. */
export interface ReplayChoice {
  /** In UTC, as the command takes it; empty for the beginning of the histogram. */
  readonly from: string;
  /** Empty for now. */
  readonly to: string;
  readonly subscribers: readonly string[];
  /** One in a line; empty for all. */
  readonly users: string;
  /** `1`, or empty. */
  readonly notDone: string;
  readonly includeSkipped: string;
  /** Events a second, or empty. */
  readonly rate: string;
  /** How far back the histogram goes; empty for all. */
  readonly span: string;
}

export function replayChoice(): ReplayChoice {
  const { query } = address.value;
  const text = (name: string) => query.get(name) ?? '';
  const subscribers = text('subscribers').split(',');
  return {
    from: text('from'),
    to: text('to'),
    span: text('span'),
    subscribers: subscribers.filter((name) => name !== ''),
    users: text('users'),
    notDone: text('notDone'),
    includeSkipped: text('includeSkipped'),
    rate: text('rate'),
  };
}

/** A choice as the server takes it. */
export function fieldsOf({ subscribers, span: _, ...choice }: ReplayChoice): Readonly<Record<string, string>> {
  return { ...choice, subscribers: subscribers.join(',') };
}

/** Chooses a window. @param to undefined for now */
export function chooseWindow(from: number, to: number | undefined): void {
  adjust({ from: timeOf(from), to: to === undefined ? undefined : timeOf(to) });
}

export function chooseSubscriber(name: string, isChosen: boolean): void {
  const others = replayChoice().subscribers.filter((each) => each !== name);
  adjust({ subscribers: (isChosen ? [...others, name] : others).join(',') });
}

/** A time in UTC and whole seconds, such as `2026-11-22T09:00:00Z`. */
export function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** A time of the address; undefined for one that cannot be read. */
export function readTime(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** A time as an input for local times has it, such as `2026-11-22T18:00:00`. */
export function localTimeOf(at: number): string {
  const zoneMs = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - zoneMs).toISOString().slice(0, 19);
}
