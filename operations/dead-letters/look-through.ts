import { type PipeLetter, type QueueOwner, readDeadLetter } from './dead-letter.ts';
import type { LetterQueue } from './letter-queue.ts';
import type { PipeRecords } from './pipe-records.ts';
import { goThrough, type PassOptions } from './queue-pass.ts';
import { Survey } from './survey.ts';

/** The stream is asked about so many of the pipe's messages: it answers five times a second. */
const MOST_ASKED_FOR = 50;

/** Looking takes no time but the calls'. */
const LANES = 4;

export interface Look extends Omit<PassOptions, 'lanes'> {
  readonly owner: QueueOwner;
  /** Reads the records of one of the pipe's messages, where that may be done. */
  readonly recordsOf: (letter: PipeLetter) => Promise<PipeRecords | undefined>;
}

/** Looks at up to `most` messages of a queue and leaves all of them there. */
export async function lookThrough(queue: LetterQueue, { owner, recordsOf, ...options }: Look): Promise<Survey> {
  const survey = new Survey();
  if (options.most <= 0) return survey;
  let asked = 0;
  await goThrough(queue, { ...options, lanes: LANES }, async (message) => {
    const letter = readDeadLetter(message, owner);
    const records = letter.kind === 'pipe' && asked++ < MOST_ASKED_FOR ? await recordsOf(letter) : undefined;
    survey.add(letter, records);
    return 'kept';
  });
  return survey;
}
