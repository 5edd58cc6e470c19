/** Characters that take two columns of a terminal. */
const WIDE =
  /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60]/u;
/** Characters that take none: they join the one before. */
const JOINED = /\p{Mark}/u;
/** Control characters and their like would move the cursor or hide text. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * A user id for a line of a terminal: nothing in it can control the terminal, and a long one is cut.
 * @param columns the most that it takes
 */
export function displayId(userId: string, columns = 40): string {
  const visible = userId.replaceAll(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  if (displayWidth(visible) <= columns) return visible;
  const ending = `… (${[...userId].length} characters)`;
  const room = columns - displayWidth(ending);
  let cut = '';
  for (const character of visible) {
    if (displayWidth(cut + character) > room) break;
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
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
