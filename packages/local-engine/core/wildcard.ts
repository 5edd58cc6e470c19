/** Whether a text matches. */
export type TextMatcher = (text: string) => boolean;

/** The first index of something in a text, from `from` on; -1 if there is none. */
type Finder = (text: string, from: number) => number;

/**
 * Up to this length of a piece, times that of the text, the search of JavaScript's own strings is used. It is ten times as fast
 * as one that is linear in all cases, and its worst case is to compare as many characters.
 */
const MOST_COMPARED = 2 ** 18;

interface WildcardOptions {
  /**
   * A character that matches any one character.
   * @default - there is none
   */
  readonly anyOne?: string;
}

/**
 * Matches whole texts against a pattern: the pieces between its wildcards, where a wildcard matches any text. Takes linear time,
 * except for pieces with `anyOne`: it is enough to find each piece at its first index, since a wildcard takes everything up to
 * there. A regular expression would try all indexes, in exponential time.
 * @param pieces at least one; an empty first or last piece is a wildcard at that end
 */
export function compilePieces(pieces: readonly string[], { anyOne }: WildcardOptions = {}): TextMatcher {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  const startsAt = placeTest(anyOne);
  if (last === undefined) return (text) => text.length === first.length && startsAt(text, first, 0);
  const middle = others.filter((piece) => piece !== '').map((piece) => ({ piece, find: finderOf(piece, { anyOne }) }));
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !startsAt(text, first, 0) || !startsAt(text, last, end)) return false;
    let from = first.length;
    for (const { piece, find } of middle) {
      const found = find(text, from);
      if (found === -1) return false;
      from = found + piece.length;
    }
    return from <= end;
  };
}

/** A search for one piece of text, linear in both lengths where they are large. */
export function finderOf(piece: string, { anyOne }: { readonly anyOne?: string | undefined } = {}): Finder {
  if (anyOne !== undefined && piece.includes(anyOne)) {
    const startsAt = placeTest(anyOne);
    return (text, from) => {
      for (let at = from; at <= text.length - piece.length; at++) if (startsAt(text, piece, at)) return at;
      return -1;
    };
  }
  let borders: readonly number[] | undefined;
  return (text, from) => {
    if (piece.length * text.length <= MOST_COMPARED) return text.indexOf(piece, from);
    borders ??= bordersOf(piece);
    let matched = 0;
    for (let at = from; at < text.length; at++) {
      while (matched > 0 && text.charCodeAt(at) !== piece.charCodeAt(matched)) matched = borders[matched - 1] ?? 0;
      if (text.charCodeAt(at) === piece.charCodeAt(matched)) matched += 1;
      if (matched === piece.length) return at - matched + 1;
    }
    return -1;
  };
}

/** Whether a text has the piece at that index. */
function placeTest(anyOne: string | undefined): (text: string, piece: string, at: number) => boolean {
  if (anyOne === undefined) return (text, piece, at) => text.startsWith(piece, at);
  return (text, piece, at) => {
    if (at + piece.length > text.length) return false;
    for (let index = 0; index < piece.length; index++) {
      const wanted = piece[index];
      if (wanted !== anyOne && wanted !== text[at + index]) return false;
    }
    return true;
  };
}

/** For each prefix, the length of its longest proper suffix that is also a prefix: Knuth, Morris and Pratt's table. */
export function bordersOf(piece: string): readonly number[] {
  const borders = [0];
  for (let index = 1; index < piece.length; index++) {
    let border = borders[index - 1] ?? 0;
    while (border > 0 && piece[index] !== piece[border]) border = borders[border - 1] ?? 0;
    borders.push(piece[index] === piece[border] ? border + 1 : 0);
  }
  return borders;
}
