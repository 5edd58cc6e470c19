/**
 * The engine in a process of its own, as in `pipeline dev`. Runs the assembly that the first argument names, keeps its data in the
 * folder that the second one names, if any, and reports progress to its parent.
 */
import { type RunningConsole, startConsole } from '../../console/server/index.ts';
import { engineTime } from '../../operations/time/waiting.ts';
import { type JournalEntry, keepHeapSmall, startEngine } from '../../packages/local-engine/index.ts';
import { HandledEvents, type HandledTimes } from './handled-events.ts';
import { type TreeCpu, treeCpu } from './process-cpu.ts';

export type Ask =
  /** Serve the console beside the engine, in this process as `pipeline dev` does, or serve it no longer. */
  | { readonly kind: 'console'; readonly isServed: boolean }
  /** Report when this many more users have their URI in the row. */
  | { readonly kind: 'recorded'; readonly users: number }
  /** Report when a replay has sent its last event and subscribers have handled this many more, all together. */
  | { readonly kind: 'replayed'; readonly replay: string; readonly handled: number }
  /** Report at once what subscribers have handled since the last watch of a replay began, and forget it. */
  | { readonly kind: 'handled' }
  /** Report at once. A thorough garbage collection makes V8 give back what it holds in reserve, and forget compiled code. */
  | { readonly kind: 'state'; readonly isThorough?: boolean };

/** Moments are in milliseconds since the Unix epoch, with fractions; memory is resident, in bytes. */
export type Answer =
  /** Milliseconds from the start of the process until the endpoint answers and the pipe runs. */
  | {
      readonly kind: 'ready';
      readonly ms: number;
      readonly endpoint: string;
      /** Of the stack, by key. */
      readonly outputs: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'watching' }
  /** The address of the console; undefined if it is served no longer. */
  | { readonly kind: 'console'; readonly url: string | undefined }
  | { readonly kind: 'recorded'; readonly at: number; readonly residentBytes: number }
  | {
      readonly kind: 'replayed';
      readonly events: number;
      /** When the last event was sent. */
      readonly sentAt: number;
      /** When the last event was handled. */
      readonly at: number;
      readonly mostResidentBytes: number;
    }
  | { readonly kind: 'handled'; readonly times: HandledTimes }
  | {
      readonly kind: 'state';
      /** How often a URI came into a row since the start. */
      readonly recordings: number;
      /** Of the engine and its functions; undefined where the system does not say. */
      readonly cpu: TreeCpu | undefined;
      readonly memory: Memory;
    };

/** Bytes, after a garbage collection. */
export interface Memory {
  readonly resident: number;
  /** Of JavaScript's objects. */
  readonly heap: number;
  /** Of the database in memory: archive, log lines up to their cap, and so on. */
  readonly database: number;
}

const SAMPLE_EVERY_MS = 100;

const [assembly = '', dataFolder] = process.argv.slice(2);
// As the commands do.
keepHeapSmall();
const engine = await startEngine({
  assemblies: [assembly],
  port: 0,
  ...(dataFolder !== undefined && { dataFolder }),
  ...engineTime(process.env),
});
const ms = performance.now();
const now = () => performance.timeOrigin + performance.now();
const residentBytes = () => process.memoryUsage.rss();
const answer = (message: Answer) => process.send?.(message);

const handled = new HandledEvents();
let stopCounting = () => {};
let recordings = 0;
let served: RunningConsole | undefined;
engine.journal.subscribe((entry) => {
  if (isNewUri(entry)) recordings += 1;
});
process.on('message', (ask: Ask) => {
  if (ask.kind === 'recorded') watchRecording(ask.users);
  if (ask.kind === 'replayed') watchReplay(ask.replay, ask.handled);
  answer({ kind: 'watching' });
  if (ask.kind === 'console') void serveConsole(ask.isServed);
  if (ask.kind === 'handled') {
    stopCounting();
    answer({ kind: 'handled', times: handled.take() });
  }
  if (ask.kind === 'state') answer({ kind: 'state', recordings, cpu: treeCpu(process.pid), memory: memory(ask) });
});
process.on('disconnect', () => void serveConsole(false).then(() => engine.stop()));
const outputs = Object.fromEntries((engine.stacks[0]?.outputs ?? []).map(({ key, value }) => [key, value]));
answer({ kind: 'ready', ms, endpoint: engine.endpoint, outputs });

async function serveConsole(isServed: boolean): Promise<void> {
  await served?.close();
  const target = { port: Number(new URL(engine.endpoint).port) };
  served = isServed ? await startConsole({ target, isWritable: true, port: 0, onBug: failOnBug }) : undefined;
  if (process.connected) answer({ kind: 'console', url: served?.url });
}

function failOnBug(error: unknown): never {
  throw error;
}

function watchRecording(users: number): void {
  let missing = users;
  const stop = engine.journal.subscribe((entry) => {
    if (!isNewUri(entry)) return;
    missing -= 1;
    if (missing > 0) return;
    stop();
    answer({ kind: 'recorded', at: now(), residentBytes: residentBytes() });
  });
}

function watchReplay(replay: string, missing: number): void {
  let [mostResidentBytes, left] = [0, missing];
  let sent: { events: number; sentAt: number } | undefined;
  const sampling = setInterval(() => {
    mostResidentBytes = Math.max(mostResidentBytes, residentBytes());
  }, SAMPLE_EVERY_MS);
  stopCounting();
  stopCounting = engine.journal.subscribe((entry) => {
    if (entry.hop === 'replay' && entry.replay === replay && entry.state === 'COMPLETED') {
      sent = { events: Number(entry.events), sentAt: now() };
    } else if (entry.hop === 'log' && handled.note(String(entry.line))) left -= 1;
    if (left > 0 || sent === undefined) return;
    clearInterval(sampling);
    answer({ kind: 'replayed', ...sent, at: now(), mostResidentBytes });
    // What is handled once more is counted all the same.
    sent = undefined;
  });
}

function memory({ isThorough = false }): Memory {
  gc?.({ type: 'major', execution: 'sync', flavor: isThorough ? 'last-resort' : 'regular' });
  const { rss: resident, heapUsed: heap } = process.memoryUsage();
  const { db } = engine.services.storage;
  const sizeOf = (pragma: string) => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  return { resident, heap, database: sizeOf('page_count') * sizeOf('page_size') };
}

function isNewUri({ hop, eventName, newImage }: JournalEntry): boolean {
  const image = newImage as { s3_bucket_uri?: unknown } | undefined;
  return hop === 'stream-record' && eventName === 'MODIFY' && image?.s3_bucket_uri !== undefined;
}
