import type { Readable } from 'node:stream';

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

/** What the runtime tells: that the module is loaded, an answer, or what it dies of. */
export type RuntimeMessage = 'ready' | InvocationAnswer | { readonly crash: string };

/**
 * A line of the runtime's channel: one message as JSON. A handler can get at the channel, too, so that nothing is taken
 * for granted: anything that is no message is undefined.
 */
export function parseRuntimeMessage(line: string): RuntimeMessage | undefined {
  const message = parseJson(line);
  if (message === 'ready') return message;
  if (!isObject(message)) return undefined;
  if (typeof message.crash === 'string') return { crash: message.crash };
  const { requestId, result, error } = message;
  if (typeof requestId !== 'string') return undefined;
  if (error === undefined) return { requestId, result };
  if (!isObject(error) || typeof error.errorType !== 'string' || typeof error.errorMessage !== 'string')
    return undefined;
  return { requestId, error: { errorType: error.errorType, errorMessage: error.errorMessage } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/**
 * Calls `onLine` with each line of UTF-8 text, without its end. Lines end at `\n` or `\r\n` alone: `readline` also ends
 * them at U+2028, U+2029 and a lone `\r`, all of which a line of JSON may hold. What follows the last line end is a line.
 * @param longest characters of a line; longer ones come in parts, so that memory stays bounded
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
  const tell = () => onLine(rest.endsWith('\r') ? rest.slice(0, -1) : rest);
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [first = '', ...more] = chunk.split('\n');
    rest = withoutFullParts(rest + first);
    for (const next of more) {
      tell();
      rest = withoutFullParts(next);
    }
  });
  // A broken stream has ended, too.
  stream.on('error', () => {});
  stream.on('close', () => {
    if (rest !== '') tell();
  });
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
