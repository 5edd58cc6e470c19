import { displayId } from '../messages/display.ts';
import { hopsOf, type TracedRegistration } from './hops.ts';
import { type OpenEnd, openEndsOf } from './open-ends.ts';

/** How a registration stands. */
export type Ending =
  /** It is complete. */
  | { readonly kind: 'done'; readonly text: string }
  /** Everything is done, and yet the row has no URI. A command fixes it. */
  | { readonly kind: 'without-uri'; readonly text: string; readonly command: string }
  | { readonly kind: 'open'; readonly ends: readonly OpenEnd[] };

/** How a registration stands. @param row the user's row as it is now, for the user's latest registration */
export function endingOf(
  registration: TracedRegistration,
  row?: { readonly exists: boolean; readonly uri?: string },
): Ending {
  const ends = openEndsOf(registration);
  if (ends.length > 0) return { kind: 'open', ends };
  const wasRemoved = hopsOf(registration.hops, 'row').some(({ change }) => change === 'removed');
  if (row === undefined || wasRemoved) return { kind: 'done', text: 'Done.' };
  if (row.uri !== undefined) return { kind: 'done', text: `Done: its row has ${displayId(row.uri, 80)}` };
  if (!row.exists) return { kind: 'done', text: 'Done, and there is no row of this user.' };
  const text = 'All of this is done, but its row has no URI';
  return { kind: 'without-uri', text, command: 'reconcile --fix' };
}

/** Whether it is complete, continues by itself, or needs an operator. */
export type Verdict = 'done' | 'waiting' | 'failed';

export function verdictOf(ending: Ending): Verdict {
  if (ending.kind === 'done') return 'done';
  if (ending.kind === 'without-uri') return 'failed';
  return ending.ends.every(({ kind }) => kind === 'waiting') ? 'waiting' : 'failed';
}

/** How a registration stands, in a sentence: of several open ends, the first that needs an operator. */
export function summaryOf(ending: Ending): string {
  if (ending.kind !== 'open') return ending.text;
  const [first] = ending.ends;
  const failed = ending.ends.find(({ kind }) => kind !== 'waiting');
  return displayId((failed ?? first)?.text ?? '', 400);
}
