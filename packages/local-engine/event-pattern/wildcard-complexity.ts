import { InvalidEventPatternError } from './types.ts';

/**
 * Most beginnings of a field's wildcard patterns that one text may match at once. Sources: aws/event-ruler,
 * MachineComplexityEvaluator; recorded on AWS: `*:*:*:*:*:event-bus/*`, which has 11, is refused.
 */
const MOST_MATCHED = 10;

/** In AWS's words (recorded in 2024). */
export const TOO_COMPLEX =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';

/**
 * A pattern as the engine sees it, with the quotes of the JSON string around it: the literal texts between its wildcards. The first
 * begins with the opening quote, and the last ends with the closing one.
 */
type Pieces = readonly string[];

/**
 * Refuses a field whose wildcard patterns are too complex together.
 * @throws InvalidEventPatternError
 */
export function checkComplexity(patterns: readonly Pieces[], path: string): void {
  if (complexityOf(patterns) > MOST_MATCHED) throw new InvalidEventPatternError(path, TOO_COMPLEX);
}

/**
 * How many beginnings of the patterns a text can match at most. For `*a*a`, the text "aa" is matched by `*`, `*a`, `*a*` and
 * `*a*a`. The most are matched either by a long text that has passed every wildcard, where its end decides, or by one that
 * is itself the beginning of a pattern's head.
 */
export function complexityOf(patterns: readonly Pieces[]): number {
  const distinct = new Map(patterns.map((pieces) => [JSON.stringify(pieces), pieces]));
  const wildcards = [...distinct.values()];
  const ofEach = wildcards.map(headOf).map((head) => Math.max(ofLongText(wildcards, head), ofHead(wildcards, head)));
  return Math.max(0, ...ofEach);
}

/** The text before the first wildcard. */
function headOf(pieces: Pieces): string {
  return pieces[0] as string;
}

/** For texts that begin with this head, and continue behind all wildcards of the patterns whose heads fit it. */
function ofLongText(wildcards: readonly Pieces[], head: string): number {
  const passed = wildcards.filter((other) => head.startsWith(headOf(other))).flatMap((pieces) => pieces.slice(1));
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

/** For this text, and for each beginning of it; beyond what is allowed, any number that is too large. */
function ofHead(wildcards: readonly Pieces[], text: string): number {
  let most = 0;
  let matched = wildcards.map((pieces) => ({ units: unitsOf(pieces), lengths: new Set([0]) }));
  for (const unit of text.split('')) {
    matched = matched.map(({ units, lengths }) => ({ units, lengths: afterUnit(units, lengths, unit) }));
    const count = matched.reduce((sum, { lengths }) => sum + lengths.size, 0);
    most = Math.max(most, count);
    // Too many already: long patterns would take a quarter of a second.
    if (most > MOST_MATCHED) return most;
  }
  return most;
}

/** The characters of a pattern, with null for a wildcard. */
type Units = readonly (string | null)[];

function unitsOf(pieces: Pieces): Units {
  return pieces.flatMap((piece, index) => [...(index === 0 ? [] : [null]), ...piece.split('')]);
}

/** The lengths of a pattern's beginnings that match a text followed by this unit, by the lengths of those that match the text. */
function afterUnit(units: Units, lengths: ReadonlySet<number>, unit: string): Set<number> {
  const after = new Set<number>();
  for (const length of lengths) {
    if (units[length - 1] === null) after.add(length);
    if (units[length] !== unit) continue;
    after.add(length + 1);
    // A wildcard may match nothing.
    if (units[length + 1] === null) after.add(length + 2);
  }
  return after;
}
