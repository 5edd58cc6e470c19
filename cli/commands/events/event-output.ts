import { visibleLines } from '../../../operations/messages/display.ts';

/** Where events are written, and whether anybody still reads there. */
export interface EventOutput {
  write(text: string): void;
  /** Aborted when the reader has gone, such as `head` when it has enough. */
  readonly signal: AbortSignal;
  /** Leaves the stream as it was. */
  done(): void;
}

/** @throws the stream's error, if it is another than that of a closed pipe */
export function eventOutput(stream: NodeJS.WriteStream): EventOutput {
  const closed = new AbortController();
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed.abort();
  };
  stream.on('error', onError);
  return {
    write: (text) => {
      if (!closed.signal.aborted) stream.write(visibleLines(text));
    },
    signal: closed.signal,
    done: () => stream.off('error', onError),
  };
}
