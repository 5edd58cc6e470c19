/** Characters that take two columns of a terminal. */
const WIDE =
  /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60]/u;
/** Characters that take none: they join the one before. */
const JOINED = /\p{Mark}/u;
/**
 * What would control the terminal, hide text, or show it in another order: control characters, direction marks, separators of
 * lines, what has no width, halves of a pair. Variation selectors stay, which only choose how an emoji looks.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]]/gv;
const INVISIBLE_IN_LINES = /(?!\n)[\p{C}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]]/gv;

/** Characters for a column, so that marks without a width cannot pile up. */
const MOST_PER_COLUMN = 4;

/** A text of somebody else for a line of a terminal: it stays on that line, and nothing in it can control the terminal. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/**
 * Text whose line breaks are the program's own. Everything else in it that is not visible is written as JSON writes it, so that
 * JSON stays JSON.
 */
export function visibleLines(text: string): string {
  return text.replaceAll(INVISIBLE_IN_LINES, (character) => {
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

/**
 * Words of the program with values of others in them. Each value is made {@link visible}, so that it stays on its line.
 * @example display`bucket ${name}, open to ${origins.join(', ')}\n`
 */
export function display(words: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const shown = values.map((value) => (typeof value === 'number' ? numberText(value) : visible(value)));
  return words.reduce((text, word, index) => text + shown[index - 1] + word);
}

/**
 * A text of somebody else for a line of a terminal, such as a user id: nothing in it can control the terminal, and a long one
 * is cut.
 * @param columns the most that it takes
 */
export function displayId(text: string, columns = 40): string {
  // Of a megabyte only the beginning can be shown.
  const start = visible(text.slice(0, 2 * MOST_PER_COLUMN * columns));
  const isWhole = text.length <= 2 * MOST_PER_COLUMN * columns;
  if (isWhole && start.length <= MOST_PER_COLUMN * columns && displayWidth(start) <= columns) return start;
  const ending = `… (${[...text].length} characters)`;
  const room = columns - displayWidth(ending);
  let cut = '';
  for (const character of start) {
    if (displayWidth(cut + character) > room || cut.length >= MOST_PER_COLUMN * columns) break;
    cut += character;
  }
  return cut + ending;
}

/** Columns that a text takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += JOINED.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** The text, filled up with spaces to that many columns. */
export function padToWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

const MOST_NAMED = 5;

/** Some of many users by name, the others by number. */
export function nameUsers(userIds: readonly string[]): string {
  const named = userIds.slice(0, MOST_NAMED).map((userId) => displayId(userId));
  const others = userIds.length - named.length;
  return named.join(', ') + (others > 0 ? ` and ${count(others, 'other')}` : '');
}

/** A number with its noun: `1 user`, `2,000 users`. */
export function count(number: number, noun: string): string {
  return `${numberText(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** A number in a few characters, however large: `2,000`, `1e+300`. @param decimals the most that it has */
export function numberText(number: number, decimals = 3): string {
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) return String(number);
  return number.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

const WORD = /\S+/g;
/** In a word with a time, an account, a name or an id, as in `arn:aws:s3:::siu-alice-1714458435-123456789012`. */
const PARTICULAR = /\d{4}|[0-9a-f]{8}-[0-9a-f]{4}-/;

/**
 * A failure without names, ids and times. Of failures that are the same then, one is printed: AWS words a missing permission with
 * the ARN of each bucket, for example.
 */
export function alike(failure: string): string {
  return failure.replaceAll(WORD, (word) => (PARTICULAR.test(word) ? '…' : word));
}
