import { isDenied } from '../aws-failure.ts';
import { display } from '../display.ts';
import type { PipeLetter } from './dead-letter.ts';
import type { PipeRecords } from './pipe-records.ts';

/** What the stream has of the pipe's messages, as far as it may be read: the messages can be shown without it. */
export class ReadableRecords {
  readonly #read: (letter: PipeLetter) => Promise<PipeRecords>;
  /** Why the stream may not be read. */
  #problem: string | undefined;

  constructor(read: (letter: PipeLetter) => Promise<PipeRecords>) {
    this.#read = read;
  }

  /** The records of a message; undefined where they may not be read. */
  readonly of = async (letter: PipeLetter): Promise<PipeRecords | undefined> => {
    if (this.#problem !== undefined) return undefined;
    try {
      return await this.#read(letter);
    } catch (error) {
      if (!isDenied(error)) throw error;
      this.#problem = error.message;
      return undefined;
    }
  };

  /** What to tell of records that are left out, for stderr; empty if none are. */
  get note(): string {
    if (this.#problem === undefined) return '';
    return display`note: the users of the pipe's messages are left out, which only the stream tells: ${this.#problem}\n`;
  }
}
