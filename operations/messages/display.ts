import { createRequire } from 'node:module';

/**
 * Characters that control the terminal, hide text, or change its order: control characters, direction marks, line separators,
 * characters without a width, unpaired surrogates. Variation selectors are allowed: they only choose how an emoji looks.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]]/gv;
const INVISIBLE_IN_LINES = /(?!\n)[\p{C}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]]/gv;

/** Limits marks without a width, which could pile up. */
const MOST_PER_COLUMN = 4;

/** A foreign text, such as a user id, for a line of a terminal: it stays on that line, and cannot control the terminal. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Text whose line breaks are the program's own. Other invisible characters are escaped as in JSON, so that JSON stays JSON. */
export function visibleLines(text: string): string {
  return text.replaceAll(INVISIBLE_IN_LINES, (character) => {
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

/**
 * Words of the program with foreign values in them: each value is made {@link visible}.
 * @example display`bucket ${name}, open to ${origins.join(', ')}\n`
 */
export function display(words: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const shown = values.map((value) => (typeof value === 'number' ? numberText(value) : visible(value)));
  return words.reduce((text, word, index) => text + shown[index - 1] + word);
}

const PLAIN = /^[ -~]*$/;

let stringWidth: ((text: string) => number) | undefined;

/** The columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  // Loaded when it is needed: its tables of emoji took a quarter of a command's start.
  stringWidth ??= (createRequire(import.meta.url)('string-width') as typeof import('string-width')).default;
  return stringWidth(text);
}

const GRAPHEMES = new Intl.Segmenter();

/** A foreign text made {@link visible}, and cut if it is long. @param columns the most that it takes */
export function displayId(text: string, columns = 40): string {
  const mostCharacters = MOST_PER_COLUMN * columns;
  // Of a megabyte only the beginning can be shown.
  const start = visible(text.slice(0, 2 * mostCharacters));
  const isWhole = text.length <= 2 * mostCharacters;
  if (isWhole && start.length <= mostCharacters && widthOf(start) <= columns) return start;
  const ending = `… (${[...text].length} characters)`;
  let room = columns - widthOf(ending);
  let cut = '';
  for (const { segment } of GRAPHEMES.segment(start)) {
    room -= widthOf(segment);
    if (room < 0 || cut.length + segment.length > mostCharacters) break;
    cut += segment;
  }
  return cut + ending;
}

/** The text, padded with spaces to that many columns of a terminal. */
export function padToWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

const MOST_NAMED = 5;

/** The first of many users by name, and the number of the others. */
export function nameUsers(userIds: readonly string[]): string {
  const named = userIds.slice(0, MOST_NAMED).map((userId) => displayId(userId));
  const others = userIds.length - named.length;
  return named.join(', ') + (others > 0 ? ` and ${count(others, 'other')}` : '');
}

/** A number with its noun: `1 user`, `2,000 users`. */
export function count(number: number, noun: string): string {
  return `${numberText(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** A number in a few characters: `2,000`, `1e+300`. @param decimals the most that it shows */
export function numberText(number: number, decimals = 3): string {
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) return String(number);
  return number.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

const WORD = /\S+/g;
/** Part of a word with a time, an account or an id, as in `arn:aws:s3:::siu-alice-1714458435-123456789012`. */
const PARTICULAR = /\d{4}|[0-9a-f]{8}-[0-9a-f]{4}-/;

/**
 * A failure without names, ids and times, to print equal failures once: AWS's message for a missing permission has the ARN of
 * each bucket, for example.
 */
export function alike(failure: string): string {
  return failure.replaceAll(WORD, (word) => (PARTICULAR.test(word) ? '…' : word));
}
