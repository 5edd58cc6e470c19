import { isUtf8 } from 'node:buffer';

/** How deep a JSON text may be nested: much deeper than AWS's parsers take, and still safe for recursion. */
export const MOST_LEVELS = 500;

/** A text that is not JSON, or that is nested too deep. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
}

/**
 * Parses a JSON text of a client. Recursion over the result is safe.
 * @param text bytes must be UTF-8
 * @throws JsonTextError
 */
export function parseJson(text: string | Buffer): unknown {
  if (typeof text !== 'string' && !isUtf8(text)) throw new JsonTextError('it is not UTF-8');
  const json = text.toString();
  if (nestsDeeper(json, MOST_LEVELS)) {
    throw new JsonTextError(`it is nested deeper than ${MOST_LEVELS} levels`);
  }
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new JsonTextError((cause as Error).message, { cause });
  }
}

/** Whether a JSON value is an object: not a list, and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = [...'"\\[{]}'].map((sign) =>
  sign.charCodeAt(0),
);

/** Whether lists and objects of a JSON text are nested deeper than that. Stops reading at the first that is. */
export function nestsDeeper(text: string, levels: number): boolean {
  // Each level takes at least one character, and a bracket that opens it. Most texts have few, in strings or not.
  if (text.length <= levels || opensAtMost(text, levels)) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === QUOTE) index = endOfString(text, index);
    else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) depth -= 1;
    else if (unit === OPEN_LIST || unit === OPEN_OBJECT) {
      depth += 1;
      if (depth > levels) return true;
    }
  }
  return false;
}

/** Whether a text has at most that many opening brackets, those in strings included. */
function opensAtMost(text: string, most: number): boolean {
  let opened = 0;
  for (let index = 0; index < text.length && opened <= most; index++) {
    const unit = text.charCodeAt(index);
    if (unit === OPEN_LIST || unit === OPEN_OBJECT) opened += 1;
  }
  return opened <= most;
}

/** The index of the quote that ends the string at `start`; the end of the text if none does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end, start)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether a quote inside a string has an odd number of backslashes before it. */
function isEscaped(text: string, quote: number, start: number): boolean {
  let before = quote - 1;
  while (before > start && text.charCodeAt(before) === BACKSLASH) before -= 1;
  return (quote - before) % 2 === 0;
}
