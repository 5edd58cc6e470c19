import type { Readable } from 'node:stream';
import { isObject } from '../core/json-text.ts';

/** What an execution environment is started with. */
export interface RuntimeStart {
  /** The module that exports the handler. */
  readonly file: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
}

export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** Unix epoch milliseconds at which the function times out. */
  readonly deadline: number;
  /** What the handler's AWS clients pass on. */
  readonly traceHeader: string;
}

/** What the handler returned, or what it threw, in the form in which Lambda reports it. */
export interface InvocationAnswer {
  readonly requestId: string;
  readonly result?: unknown;
  readonly error?: { readonly errorType: string; readonly errorMessage: string };
}

/** The module is loaded, an answer, or the error that ends the process. */
export type RuntimeMessage = 'ready' | InvocationAnswer | { readonly crash: string };

/**
 * A line of the runtime's channel: one message as JSON. A handler can write to the channel too, so everything is checked:
 * undefined for anything that is not a message.
 */
export function parseRuntimeMessage(line: string): RuntimeMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (message === 'ready') return message;
  if (!isObject(message)) return undefined;
  if (typeof message.crash === 'string') return { crash: message.crash };
  const { requestId, result, error } = message;
  if (typeof requestId !== 'string') return undefined;
  if (error === undefined) return { requestId, result };
  if (!isObject(error) || typeof error.errorType !== 'string' || typeof error.errorMessage !== 'string') {
    return undefined;
  }
  return { requestId, error: { errorType: error.errorType, errorMessage: error.errorMessage } };
}

/**
 * Calls `onLine` with each line of UTF-8 text, without its end. Lines end only at `\n` or `\r\n`: `readline` also ends
 * them at U+2028, U+2029 and a lone `\r`, which a line of JSON may contain. Text after the last line end is a line.
 * @param longest characters of a line; longer ones are split, so that memory stays bounded
 */
export function readLines(stream: Readable, onLine: (line: string) => void, longest = Number.POSITIVE_INFINITY): void {
  let rest = '';
  const withoutFullParts = (line: string): string => {
    let left = line;
    while (left.length > longest) {
      const end = isHighSurrogate(left.charCodeAt(longest - 1)) ? longest - 1 : longest;
      onLine(left.slice(0, end));
      left = left.slice(end);
    }
    return left;
  };
  const endLine = () => onLine(rest.endsWith('\r') ? rest.slice(0, -1) : rest);
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [first = '', ...more] = chunk.split('\n');
    rest = withoutFullParts(rest + first);
    for (const next of more) {
      endLine();
      rest = withoutFullParts(next);
    }
  });
  // A broken stream has ended too.
  stream.on('error', () => {});
  stream.on('close', () => {
    if (rest !== '') endLine();
  });
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
