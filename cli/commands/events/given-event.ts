import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UsageError } from '../../../operations/messages/errors.ts';
import { type EventDraft, parseDraft, readSample } from '../../../operations/try-events/index.ts';
import { withoutMark } from './event-file.ts';

/** An event that a command was given. */
export interface GivenEvent {
  readonly draft: EventDraft;
  readonly isSample: boolean;
}

/**
 * Reads the event that a command is about: from a file, from the input, or a sample.
 * @throws UsageError for none or both, and for what is no event
 */
export async function readGivenEvent(file: string | undefined, sample: string | undefined): Promise<GivenEvent> {
  if (file !== undefined && sample !== undefined) throw new UsageError('give a file or --sample, not both');
  if (sample !== undefined) return { draft: await readSample(sample), isSample: true };
  if (file === undefined) throw new UsageError('give a file with the event, - for the input, or --sample NAME');
  return { draft: parseDraft(withoutMark(await readInput(file)), file === '-' ? 'the input' : file), isSample: false };
}

async function readInput(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
