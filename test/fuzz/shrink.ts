import type { Input } from './target.ts';

/** How many smaller inputs are tried. */
const MOST_TRIES = 3000;

/** How long a text is taken apart by single characters. */
const SHORT = 60;

/** Makes an input smaller as long as it fails in the same way. */
export async function shrink(input: Input, fails: (smaller: Input) => Promise<boolean>): Promise<Input> {
  let smallest = input;
  let tries = 0;
  for (let found = true; found && tries < MOST_TRIES; ) {
    found = false;
    for (const smaller of simpler(smallest)) {
      tries += 1;
      if (tries >= MOST_TRIES) break;
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
}

/** Values that are a little simpler, the boldest first. */
function* simpler(value: unknown): Generator<unknown> {
  if (typeof value === 'string') yield* shorterTexts(value);
  else if (Array.isArray(value)) yield* shorterLists(value);
  else if (typeof value === 'object' && value !== null) yield* smallerObjects(value as Record<string, unknown>);
  else if (typeof value === 'number' && value !== 0) yield 0;
}

function* shorterTexts(text: string): Generator<string> {
  if (text === '') return;
  yield '';
  const half = Math.ceil(text.length / 2);
  if (half < text.length) {
    yield text.slice(0, half);
    yield text.slice(half);
  }
  const step = text.length <= SHORT ? 1 : Math.ceil(text.length / SHORT);
  for (let at = 0; at < text.length; at += step) yield text.slice(0, at) + text.slice(at + step);
}

function* shorterLists(list: readonly unknown[]): Generator<unknown[]> {
  if (list.length > 4) yield list.slice(0, list.length / 2);
  for (const index of list.keys()) yield list.toSpliced(index, 1);
  for (const [index, item] of list.entries()) {
    for (const smaller of simpler(item)) yield list.with(index, smaller);
  }
}

function* smallerObjects(object: Readonly<Record<string, unknown>>): Generator<Record<string, unknown>> {
  const members = Object.entries(object);
  for (const index of members.keys()) yield Object.fromEntries(members.toSpliced(index, 1));
  for (const [index, [name, inner]] of members.entries()) {
    for (const smaller of simpler(inner)) yield Object.fromEntries(members.with(index, [name, smaller]));
  }
}
