/** Tells the end of whoever reads a stream from other errors, such as of `head` when it has enough. */
export class ClosedReader {
  #error: NodeJS.ErrnoException | undefined;

  /**
   * @param end ends the command. Called where nobody else listens: whoever does has something to put away, or waits to write
   * on, and ends by itself or throws the stream's error.
   * @throws the stream's error, where it is another one
   */
  constructor(stream: NodeJS.EventEmitter, end: () => void) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#error = error;
      if (stream.listenerCount('error') === 1) end();
    });
  }

  /** Whether this is the error of the reader's end; a broken connection to AWS has the same code. */
  isBehind(error: unknown): boolean {
    return error !== undefined && error === this.#error;
  }
}
