/**
 * Filter patterns of CloudWatch Logs. What a pattern cannot say for certain it leaves open: it may match more than was asked
 * for, never less, and whoever reads the lines looks closely.
 * Source: CloudWatch Logs user guide, filter and pattern syntax.
 */

/** The longest pattern. Source: CloudWatch Logs API reference, FilterLogEvents. */
const MOST_CHARACTERS = 1024;

/** Characters of a text that are enough to find it by. */
const MOST_OF_TEXT = 300;

/** Characters that have, or may have, a meaning in a pattern, quoted or not. */
const PLAIN = /[^"\\*%\p{C}\p{Zl}\p{Zp}]+/gu;

/**
 * Patterns for lines that contain at least one of some texts. For the local engine alone: it takes every character.
 * @returns each as long as a pattern may be, together for all texts
 */
export function containingAnyOf(texts: readonly string[]): string[] {
  const terms = texts.map((text) => `?"${escaped(text)}"`);
  return joined(terms, ' ', (pattern) => pattern);
}

/**
 * Patterns for lines of JSON in which a field holds one of some texts, for each of some fields. Where a text has a character
 * with a meaning, it asks for a part of it.
 * @param asked texts by the field's selector, such as `$.userId`
 */
export function withFields(asked: Readonly<Record<string, readonly string[]>>): string[] {
  const conditions = Object.entries(asked).flatMap(([selector, texts]) =>
    texts.map((text) => `${selector} = "${plainForm(text)}"`),
  );
  return joined(conditions, ' || ', (pattern) => `{ ${pattern} }`);
}

/** A text, or the longest of its parts that mean themselves, with the rest left open. */
function plainForm(text: string): string {
  const parts = [...text.matchAll(PLAIN)].map(([part]) => part);
  const longest = parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
  const kept = cut(longest);
  if (kept === text) return text;
  if (text.startsWith(kept)) return `${kept}*`;
  return text.endsWith(kept) ? `*${kept}` : `*${kept}*`;
}

function escaped(text: string): string {
  return cut(text).replaceAll(/["\\]/g, '\\$&');
}

/** The beginning of a long text; it never ends within a character. */
function cut(text: string): string {
  return text.length <= MOST_OF_TEXT ? text : text.slice(0, MOST_OF_TEXT).replace(/[\ud800-\udbff]$/, '');
}

function joined(conditions: readonly string[], by: string, finish: (pattern: string) => string): string[] {
  const patterns: string[] = [];
  for (const condition of new Set(conditions)) {
    const last = patterns.at(-1);
    const longer = last === undefined ? condition : last + by + condition;
    if (last !== undefined && finish(longer).length <= MOST_CHARACTERS) patterns[patterns.length - 1] = longer;
    else patterns.push(condition);
  }
  return patterns.map(finish);
}
