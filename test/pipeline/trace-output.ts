import { type Ended, pipeline as run } from '../support/cli.ts';
import type { Pipeline } from '../support/pipeline.ts';

/** Runs `pipeline trace` on a running pipeline. */
export function trace(pipeline: Pipeline, userId: string, ...more: string[]): Promise<Ended> {
  return run(['trace', userId, '--port', pipeline.port, ...more]);
}

/** Registers a user, and waits until all that comes of it is done. */
export async function registered(pipeline: Pipeline, userId: string): Promise<void> {
  await pipeline.register(userId);
  await pipeline.recorded(userId);
  const last = pipeline
    .entries(({ hop, keys }) => hop === 'stream-record' && JSON.stringify(keys).includes(JSON.stringify(userId)))
    .at(-1);
  await pipeline.waitFor(
    'the end of the recorder',
    ({ hop, functionName, sequence }) =>
      hop === 'invocation' && String(functionName).includes('UriRecorder') && sequence > (last?.sequence ?? 0),
  );
  // The function that published the event may end after the recorder.
  await pipeline.idle();
}

/** The lines of a trace's hops, without their times and with one space between columns. */
export function hopsOf({ stdout }: Ended): string[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('  ') && / {2,}\S/.test(line.trim()));
  return lines.map((line) =>
    line
      .trim()
      .replace(/^(\+\d+ (ms|s|min|h)|\d{4}-\S+Z) +/, '')
      .replace(/ {2,}/, ' '),
  );
}
