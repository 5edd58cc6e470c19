import {
  onEngine,
  parseSkip,
  previewSkip,
  type SkipPreview,
  skipLines,
  skipTime,
} from '../../../operations/lab/index.ts';
import { display } from '../../../operations/messages/display.ts';
import { formatDuration, formatTime } from '../../../operations/time/time.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { jsonLine, note, print } from '../../output/output.ts';
import type { LabSkipOptions } from './command.ts';

/** Skips time, or shows what that would do. @throws UsageError on AWS, and for a span that cannot be read */
export async function labSkip(span: string, options: LabSkipOptions): Promise<void> {
  const { dryRun, wait: waits, json } = options;
  const ms = parseSkip(span);
  if (dryRun) {
    const preview = await onEngine(options, (on) => previewSkip(on, ms));
    const text = skipLines(preview).map((line) => display`${line}\n`);
    return void print(json ? jsonLine(previewJson(preview)) : text.join(''));
  }
  const skipped = await stoppable((signal) => onEngine(options, (on) => skipTime(on, ms, { signal, waits })));
  if (skipped === undefined) return endInterrupted('no time was skipped');
  if (json) return void print(jsonLine({ ...skipped, now: isoTime(skipped.now) }));
  print(
    `skipped ${formatDuration(ms)}: it is ${formatTime(skipped.now)} on the engine, ${formatDuration(skipped.skippedMs)} ahead of this machine\n`,
  );
  if (skipped.running > 0) note(`${skipped.running} invocations still ran, and may have timed out\n`);
}

/** Times are in ISO 8601, UTC. */
function previewJson({ from, to, ...preview }: SkipPreview): object {
  return { ...preview, from: isoTime(from), to: isoTime(to) };
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
