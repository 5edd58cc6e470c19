import { isUtf8 } from 'node:buffer';

/** Levels that a JSON text may have: many more than AWS's parsers take, and few enough to walk through by recursion. */
export const MOST_LEVELS = 500;

/** A JSON text that is none, or that is nested too deep. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
}

/**
 * Parses a JSON text that a client sent, in a form that code may walk through by recursion.
 * @param text bytes must be UTF-8
 * @throws JsonTextError
 */
export function parseJson(text: string | Buffer): unknown {
  if (typeof text !== 'string' && !isUtf8(text)) throw new JsonTextError('it is not UTF-8');
  if (nestsDeeper(text, MOST_LEVELS)) {
    throw new JsonTextError(`it is nested deeper than ${MOST_LEVELS} levels`);
  }
  try {
    return JSON.parse(text.toString());
  } catch (cause) {
    throw new JsonTextError((cause as Error).message, { cause });
  }
}

/** Whether a value of JSON is an object, and neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = [...'"\\[{]}'].map((sign) =>
  sign.charCodeAt(0),
);

/** Whether the lists and objects of a JSON text go deeper than so many levels. Reads no further than to there. */
export function nestsDeeper(text: string | Buffer, levels: number): boolean {
  // A text so short has no more levels.
  if (text.length <= levels) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = typeof text === 'string' ? text.charCodeAt(index) : text[index];
    if (unit === QUOTE) index = endOfString(text, index);
    else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) depth -= 1;
    else if (unit === OPEN_LIST || unit === OPEN_OBJECT) {
      depth += 1;
      if (depth > levels) return true;
    }
  }
  return false;
}

/** Where the string ends that begins at a place; the end of a text in which it does not. */
function endOfString(text: string | Buffer, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end, start)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether a quote inside a string has an odd number of backslashes before it. */
function isEscaped(text: string | Buffer, quote: number, start: number): boolean {
  let before = quote - 1;
  while (before > start && (typeof text === 'string' ? text.charCodeAt(before) : text[before]) === BACKSLASH)
    before -= 1;
  return (quote - before) % 2 === 0;
}
