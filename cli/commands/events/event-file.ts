import { createReadStream } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { fieldsOf, parseObject } from '../../../operations/messages/json-fields.ts';
import type { ImportProgress } from '../../../operations/move-events/index.ts';

/** A text without the byte order mark that editors on Windows put before it. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** The lines of a file of events. @throws UsageError if it cannot be read */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file);
  let isFirst = true;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      yield isFirst ? withoutMark(line) : line;
      isFirst = false;
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw new UsageError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  } finally {
    input.destroy();
  }
}

/** Which import of which file to which bus a progress is of. */
export interface ImportKey {
  readonly hash: string;
  readonly bus: string;
  readonly includeSkipped: boolean;
}

/** How far an import is, and the name that its events have. */
export interface KeptImport extends ImportProgress {
  readonly name: string;
}

/** How far imports of a file are, in a file beside it. */
export class KeptProgress {
  readonly path: string;

  constructor(file: string) {
    this.path = `${file}.imported`;
  }

  /** What an earlier run has kept; undefined if there is none, or it is of another file or bus. */
  async read(key: ImportKey): Promise<KeptImport | undefined> {
    const { hash, bus, includeSkipped, name, done, refused } = fieldsOf(await this.#parsed());
    const isSame = hash === key.hash && bus === key.bus && includeSkipped === key.includeSkipped;
    if (!isSame || typeof name !== 'string' || typeof done !== 'number') return undefined;
    return { name, done, refused: Array.isArray(refused) ? refused : [] };
  }

  async #parsed(): Promise<object | undefined> {
    try {
      return parseObject(await readFile(this.path, 'utf8'));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw new UsageError(`${this.path} keeps how far an import is, and cannot be read: ${message}`, { cause: error });
    }
  }

  /**
   * Written whole or not at all, so that a kill leaves what was there before.
   * @throws CommandFailure if it cannot be written
   */
  async write(key: ImportKey, kept: KeptImport): Promise<void> {
    const made = `${this.path}.${process.pid}`;
    try {
      await writeFile(made, `${JSON.stringify({ ...key, ...kept })}\n`);
      await rename(made, this.path);
    } catch (cause) {
      await rm(made, { force: true });
      const { message } = cause as Error;
      throw new CommandFailure(`${this.path} keeps how far the import is, and cannot be written: ${message}`, {
        cause,
      });
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
