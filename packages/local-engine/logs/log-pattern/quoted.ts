/** A text in double quotes at the start of `source`, and how long it is with them; undefined if it does not end. */
export function readQuoted(source: string): { readonly text: string; readonly length: number } | undefined {
  const found = /^"((?:[^"\\]|\\.)*)"/s.exec(source);
  if (found === null) return undefined;
  // A backslash keeps a quote, or another backslash, from having its meaning.
  return { text: (found[1] ?? '').replace(/\\(["\\])/g, '$1'), length: found[0].length };
}
