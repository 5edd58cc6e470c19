import { isDenied } from '../aws/aws-failure.ts';
import { display, displayId } from '../messages/display.ts';
import type { PipeLetter } from './dead-letter.ts';
import { failureOfOne } from './failure-of-one.ts';
import type { PipeRecords } from './pipe-records.ts';

const MOST_NAMED = 3;
const PROBLEM_COLUMNS = 300;

/** What the stream has of the pipe's messages, as far as it may be read: the messages can be shown without it. */
export class ReadableRecords {
  readonly #read: (letter: PipeLetter) => Promise<PipeRecords>;
  /** Streams that may not be read. A letter may name any: that of another table is no reason to leave out all others. */
  readonly #denied = new Set<string>();
  readonly #problems = new Set<string>();

  constructor(read: (letter: PipeLetter) => Promise<PipeRecords>) {
    this.#read = read;
  }

  /** The records of a message; undefined where they cannot be read. */
  readonly of = async (letter: PipeLetter): Promise<PipeRecords | undefined> => {
    const { streamArn } = letter.batch;
    if (this.#denied.has(streamArn)) return undefined;
    try {
      return await this.#read(letter);
    } catch (error) {
      const problem = isDenied(error) ? error.message : failureOfOne(error);
      if (problem === undefined) throw error;
      if (isDenied(error)) this.#denied.add(streamArn);
      this.#problems.add(problem);
      return undefined;
    }
  };

  /** What to tell of records that are left out, for stderr; empty if none are. */
  get note(): string {
    const problems = [...this.#problems].slice(0, MOST_NAMED).map((problem) => displayId(problem, PROBLEM_COLUMNS));
    const what = "the users of the pipe's messages are left out, which only the stream tells";
    return problems.map((problem) => display`note: ${what}: ${problem}\n`).join('');
  }
}
