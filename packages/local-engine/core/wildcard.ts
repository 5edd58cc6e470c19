/** Whether a text matches. */
export type TextMatcher = (text: string) => boolean;

/** Where something begins in a text, at or behind a place; -1 if nowhere. */
type Finder = (text: string, from: number) => number;

/** Of a piece so short, the search by comparing at each place is the fastest one, and linear. */
const SHORT = 16;

interface WildcardOptions {
  /**
   * A character that stands for any one.
   * @default - every character stands for itself
   */
  readonly anyOne?: string;
}

/**
 * Matches whole texts against a pattern, given as the pieces between its wildcards, each of which stands for any text.
 * In linear time, but for pieces with a character for any one: to take each piece at its first place is enough, since what a
 * later place would leave over belongs to the wildcard. A regular expression would try all places, in exponential time.
 * @param pieces one at least; an empty first or last one is a wildcard at that end
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

/** A search for one piece of text, made ready: linear in both lengths. */
export function finderOf(piece: string, { anyOne }: { readonly anyOne?: string | undefined } = {}): Finder {
  if (anyOne !== undefined && piece.includes(anyOne)) {
    const startsAt = placeTest(anyOne);
    return (text, from) => {
      for (let at = from; at <= text.length - piece.length; at++) if (startsAt(text, piece, at)) return at;
      return -1;
    };
  }
  if (piece.length <= SHORT) return (text, from) => text.indexOf(piece, from);
  const borders = bordersOf(piece);
  return (text, from) => {
    let matched = 0;
    for (let at = from; at < text.length; at++) {
      while (matched > 0 && text.charCodeAt(at) !== piece.charCodeAt(matched)) matched = borders[matched - 1] ?? 0;
      if (text.charCodeAt(at) === piece.charCodeAt(matched)) matched += 1;
      if (matched === piece.length) return at - matched + 1;
    }
    return -1;
  };
}

/** Whether a piece stands at a place of a text. */
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

/** For each length, how long the longest end is that is also a beginning, as Knuth, Morris and Pratt search. */
export function bordersOf(piece: string): readonly number[] {
  const borders = [0];
  for (let index = 1; index < piece.length; index++) {
    let border = borders[index - 1] ?? 0;
    while (border > 0 && piece[index] !== piece[border]) border = borders[border - 1] ?? 0;
    borders.push(piece[index] === piece[border] ? border + 1 : 0);
  }
  return borders;
}
