import { EventBridgeClient, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type PutEventsEffects, putEvents, putEventsWith, requireBus } from '../aws/event-bridge.ts';
import type { OnStack } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import { Pace } from '../time/waiting.ts';
import { badLineText, type ImportPlan, movedLine } from './import-plan.ts';
import { importedDetail } from './import-receivers.ts';

/** Events a second. The highest is a tenth of the smallest quota of PutEvents (EventBridge user guide, eb-quota: 400 to 10,000). */
export const IMPORT_RATE = { usual: 20, most: 400 } as const;

/** The most entries of one request (EventBridge user guide, eb-putevents). */
const MOST_AT_ONCE = 10;

/** How far an import is. */
export interface ImportProgress {
  /** Events that were put on the bus, or that it refused: the first so many of the file. */
  readonly done: number;
  readonly refused: readonly RefusedEvent[];
}

/** An event that the bus refused for good. */
export interface RefusedEvent {
  /** Its place among the events of the file, from 1. */
  readonly event: number;
  readonly problem: string;
}

export interface ImportOptions {
  readonly includeSkipped: boolean;
  /** In events a second. */
  readonly rate: number;
  /** Aborted to stop it: the request that is under way is finished. */
  readonly signal: AbortSignal;
  /** Where an earlier run ended. @default at the start */
  readonly from?: ImportProgress | undefined;
  /** Called after each request, before the next one: what it keeps is where another run continues. */
  onProgress(progress: ImportProgress): Promise<void> | void;
}

/**
 * Puts the events of a plan on the bus, in the order of the file. After an interruption it continues where it was: no event is
 * lost. Events of the request that was under way, ten at most, may be put twice if the process is killed before that is noted;
 * they have the same ids.
 * @param lines of the same file
 * @throws CommandFailure if the bus does not exist; the error of a request that failed
 */
export async function importEvents(
  on: OnStack,
  plan: Pick<ImportPlan, 'name' | 'bus'>,
  lines: AsyncIterable<string>,
  options: ImportOptions,
): Promise<ImportProgress> {
  const client = on.clients.of(EventBridgeClient);
  await requireBus(client, plan.bus.name);
  return putAll(entriesOf(plan, lines, options), options, putEventsWith(client));
}

async function* entriesOf(
  { name, bus }: Pick<ImportPlan, 'name' | 'bus'>,
  lines: AsyncIterable<string>,
  { includeSkipped }: Pick<ImportOptions, 'includeSkipped'>,
): AsyncGenerator<PutEventsRequestEntry> {
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const moved = movedLine(line);
    // The plan has read the same file, and found none.
    if (moved.kind === 'bad') throw new CommandFailure(`the file has changed: ${badLineText(moved)}`);
    const Detail = JSON.stringify(importedDetail(moved, { name, includeSkipped }));
    yield { EventBusName: bus.name, Source: moved.source, DetailType: moved.type, Detail };
  }
}

/** Puts entries, ten at a time. */
export async function putAll(
  entries: AsyncIterable<PutEventsRequestEntry>,
  { rate, signal, from = { done: 0, refused: [] }, onProgress }: Omit<ImportOptions, 'includeSkipped'>,
  effects: PutEventsEffects,
): Promise<ImportProgress> {
  const pace = new Pace(rate);
  let progress = from;
  let seen = 0;
  let request: PutEventsRequestEntry[] = [];
  const send = async () => {
    await pace.turn(signal, request.length);
    if (signal.aborted || request.length === 0) return;
    const { done } = progress;
    const refusals = (await putEvents(request, effects)).map(({ index, code, message }) => {
      return { event: done + index + 1, problem: `${code}, ${message}` };
    });
    progress = { done: done + request.length, refused: [...progress.refused, ...refusals] };
    request = [];
    await onProgress(progress);
  };
  for await (const entry of entries) {
    seen += 1;
    if (seen <= from.done) continue;
    request.push(entry);
    if (request.length === MOST_AT_ONCE) await send();
    if (signal.aborted) return progress;
  }
  await send();
  return progress;
}
