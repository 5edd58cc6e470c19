/** A limit of one account. */
export interface Limit {
  readonly name: string;
  /** `users`: every user takes some of it for good. `rate`: it is available again every second. */
  readonly of: 'users' | 'rate';
  /** The limit's current value. */
  readonly amount: number;
  /** What it is counted in. */
  readonly unit: string;
  /** What users, or sign-ups a second, take of it. More of them never take less. */
  takenBy(demand: number): number;
  /** Users, or sign-ups a second, that it is enough for as it is; Infinity if it is enough for any number. */
  readonly enoughFor: number;
  /** The calculation, in words. */
  readonly because: string;
  /** What to do before it is reached. */
  readonly fix: string;
  /** What changes in the design when that is no longer enough. @default - nothing: more can be asked for */
  readonly beyond?: string;
  readonly source: string;
  readonly status: LimitStatus;
}

/** Where the amount comes from, and whether assumptions decide how much of it a sign-up takes. */
export type LimitStatus = 'documented' | 'documented; use assumed' | 'own setting; use assumed';

/** A limit, with what it is enough for. */
export function limit(given: Omit<Limit, 'enoughFor'>): Limit {
  return { ...given, enoughFor: enoughFor(given) };
}

/** More than any account has users, or sign-ups a second. */
const ANY_DEMAND = 2 ** 40;

/** The largest demand that takes no more than there is: found by halving, because what a demand takes may have corners. */
function enoughFor({ takenBy, amount }: Pick<Limit, 'takenBy' | 'amount'>): number {
  if (takenBy(ANY_DEMAND) <= amount) return Number.POSITIVE_INFINITY;
  let [enough, tooMuch] = [0, ANY_DEMAND];
  for (let middle = tooMuch / 2; enough < middle && middle < tooMuch; middle = (enough + tooMuch) / 2) {
    if (takenBy(middle) <= amount) enough = middle;
    else tooMuch = middle;
  }
  return enough;
}

/** A number with thousands separators, rounded down. */
export function written(value: number): string {
  return Math.floor(value).toLocaleString('en-US');
}
