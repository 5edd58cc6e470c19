import type { Pipeline } from '../support/pipeline.ts';

/** What stands in the log groups of a running pipeline, in all of them. */
export function keptLines({ engine }: Pipeline): string[] {
  const everything = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 };
  return engine.services.logs.list().flatMap((group) => [...group.read(everything)].map(({ message }) => message));
}
