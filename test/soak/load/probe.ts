/**
 * Loaded into the engine's process before the engine: tells its parent, when asked, what the process holds. Only the process itself
 * knows the size of its heap and what keeps its event loop alive.
 */
import { readdirSync } from 'node:fs';

/** What the engine's process holds. */
export interface Held {
  /** Bytes of the process in memory. */
  readonly resident: number;
  /** Bytes of JavaScript's objects, after a garbage collection. */
  readonly heap: number;
  /** Open file descriptors. */
  readonly files: number;
  /** What keeps the event loop alive: sockets, pipes, processes, requests under way. */
  readonly handles: number;
  /** Of these, timers. */
  readonly timers: number;
}

process.on('message', (ask) => {
  if (ask !== 'held') return;
  globalThis.gc?.();
  const { rss: resident, heapUsed: heap } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const timers = resources.filter((name) => name === 'Timeout').length;
  const held: Held = { resident, heap, files: readdirSync('/proc/self/fd').length, handles: resources.length, timers };
  process.send?.(held);
});
// The engine ends as it does without a probe.
process.channel?.unref();
