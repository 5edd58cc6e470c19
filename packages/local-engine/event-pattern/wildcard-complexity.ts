import { InvalidEventPatternError } from './types.ts';

/**
 * Most beginnings of a field's wildcard patterns that one text may match at once. Sources: aws/event-ruler,
 * MachineComplexityEvaluator; recorded on AWS: `*:*:*:*:*:event-bus/*`, which has 11, is refused.
 */
const MOST_MATCHED = 10;

/** In AWS's words (recorded in 2024). */
export const TOO_COMPLEX =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';

/** A pattern as the engine sees it, with the quotes of the JSON string around it: the literal texts between its wildcards. */
interface Wildcard {
  /** The text before the first wildcard. */
  readonly head: string;
  /** The text after each wildcard; the last one ends in the closing quote. */
  readonly tails: readonly string[];
}

/**
 * Refuses a field whose wildcard patterns are too complex together.
 * @param patterns each as the literal texts between its wildcards
 * @throws InvalidEventPatternError
 */
export function checkComplexity(patterns: readonly (readonly string[])[], path: string): void {
  if (complexityOf(patterns) > MOST_MATCHED) throw new InvalidEventPatternError(path, TOO_COMPLEX);
}

/**
 * How many beginnings of the patterns a text can match at most. For `*a*a`, the text "aa" is matched by `*`, `*a`, `*a*` and
 * `*a*a`. The most are matched either by a long text that has passed every wildcard, where its end decides, or by one that
 * is itself the beginning of a pattern's head.
 */
export function complexityOf(patterns: readonly (readonly string[])[]): number {
  const distinct = new Map(patterns.map((pieces) => [JSON.stringify(pieces), quoted(pieces)]));
  const wildcards = [...distinct.values()];
  return Math.max(0, ...wildcards.map(({ head }) => Math.max(ofLongText(wildcards, head), ofHead(wildcards, head))));
}

function quoted(pieces: readonly string[]): Wildcard {
  const [head = '', ...tails] = pieces.map((piece, index) => (index === pieces.length - 1 ? `${piece}"` : piece));
  return { head: `"${head}`, tails };
}

/** For texts that begin with this head, and continue behind all wildcards of the patterns whose heads fit it. */
function ofLongText(wildcards: readonly Wildcard[], head: string): number {
  const passed = wildcards.filter((other) => head.startsWith(other.head)).flatMap(({ tails }) => tails);
  return passed.length + mostEndings(passed);
}

/** A beginning of some tails. */
interface Node {
  readonly next: Map<string, Node>;
  /** How many tails begin with it. */
  tails: number;
  /** How many beginnings of tails are at the end of a text that ends with it. */
  endings: number;
  /** The longest other beginning at the end of such a text. */
  fallback: Node | undefined;
}

/** How many beginnings of the tails a text can end with at most; each text that matters is one of them. */
function mostEndings(tails: readonly string[]): number {
  const newNode = (): Node => ({ next: new Map(), tails: 0, endings: 0, fallback: undefined });
  const root = newNode();
  for (const tail of tails) {
    let node = root;
    for (const unit of tail.split('')) {
      const next = node.next.get(unit) ?? newNode();
      node.next.set(unit, next);
      next.tails += 1;
      node = next;
    }
  }
  // By length, so that shorter ones are counted already, as Aho and Corasick search for several texts at once.
  let most = 0;
  const queue = [root];
  for (const node of queue) {
    for (const [unit, next] of node.next) {
      let fallback = node.fallback;
      while (fallback !== undefined && !fallback.next.has(unit)) fallback = fallback.fallback;
      next.fallback = fallback?.next.get(unit) ?? root;
      next.endings = next.tails + next.fallback.endings;
      most = Math.max(most, next.endings);
      queue.push(next);
    }
  }
  return most;
}

/** For this text, and for each beginning of it. */
function ofHead(wildcards: readonly Wildcard[], text: string): number {
  let most = 0;
  let places = wildcards.map((_, wildcard) => ({ wildcard, tail: -1, length: 0 }));
  for (const unit of text.split('')) {
    const next: typeof places = [];
    for (const { wildcard, tail, length } of places) {
      const { head = '', tails = [] } = wildcards[wildcard] ?? {};
      const piece = tail === -1 ? head : (tails[tail] ?? '');
      if (length === 0 && tail >= 0) next.push({ wildcard, tail, length });
      if (piece[length] !== unit) continue;
      next.push({ wildcard, tail, length: length + 1 });
      // After the piece comes a wildcard, which may match nothing.
      if (length + 1 === piece.length && tail + 1 < tails.length) {
        next.push({ wildcard, tail: tail + 1, length: 0 });
      }
    }
    const distinct = new Map(next.map((place) => [Object.values(place).join(), place]));
    places = [...distinct.values()];
    most = Math.max(most, places.length);
    if (most > MOST_MATCHED) return most;
  }
  return most;
}
