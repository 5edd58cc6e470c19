/**
 * The engine in a process of its own, as `pipeline dev` has it: serves the assembly that the first argument names, and
 * tells its parent when users are recorded.
 */
import { startEngine } from '../local/engine.ts';

/** What the parent asks for: to hear when `count` more users have their URI in the row. */
export interface Ask {
  readonly recorded: number;
}

export type Answer =
  /** Milliseconds from the start of the process until the endpoint answers and the pipe runs. */
  | { readonly kind: 'ready'; readonly ms: number; readonly endpoint: string; readonly table: string }
  | { readonly kind: 'watching' }
  /** `at` in milliseconds since the Unix epoch, with fractions; resident memory in bytes. */
  | { readonly kind: 'recorded'; readonly at: number; readonly residentBytes: number };

const engine = await startEngine({ assemblies: [process.argv[2] ?? ''], port: 0 });
const ms = performance.now();
const table = engine.stacks[0]?.outputs.find(({ key }) => key === 'UsersTableName')?.value ?? '';

const answer = (message: Answer) => process.send?.(message);
let missing = Number.POSITIVE_INFINITY;
engine.journal.subscribe(({ hop, eventName, newImage }) => {
  if (hop !== 'stream-record' || eventName !== 'MODIFY' || !hasUri(newImage)) return;
  missing -= 1;
  if (missing > 0) return;
  missing = Number.POSITIVE_INFINITY;
  const at = performance.timeOrigin + performance.now();
  answer({ kind: 'recorded', at, residentBytes: process.memoryUsage.rss() });
});
process.on('message', ({ recorded }: Ask) => {
  missing = recorded;
  answer({ kind: 'watching' });
});
process.on('disconnect', () => void engine.stop());
answer({ kind: 'ready', ms, endpoint: engine.endpoint, table });

function hasUri(image: unknown): boolean {
  return (image as { s3_bucket_uri?: unknown } | undefined)?.s3_bucket_uri !== undefined;
}
