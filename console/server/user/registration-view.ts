import { displayId } from '../../../operations/messages/display.ts';
import {
  type Ending,
  endingOf,
  kindOf,
  type Payloads,
  summaryOf,
  type TracedRegistration,
  verdictOf,
} from '../../../operations/trace/index.ts';
import type { OpenEndView, RegistrationView } from '../../contract/user.ts';
import { tracksOf } from './waterfall.ts';

export interface RegistrationContext {
  readonly payloads: Payloads;
  /** Completes a command of the CLI with the options that choose the pipeline. */
  readonly commandOf: (words: string) => string;
  /** The user's row as it is now, for the latest registration. */
  readonly row?: { readonly exists: boolean; readonly uri?: string };
}

/** A registration for the page: what it waits for, and its waterfall. */
export function viewRegistration(
  registration: TracedRegistration,
  { payloads, commandOf, row }: RegistrationContext,
): RegistrationView {
  const { hops, correlationId } = registration;
  const ending = endingOf(registration, row);
  const times = hops.map(({ at }) => at);
  return {
    ...(correlationId !== undefined && { correlationId }),
    kind: kindOf(registration),
    verdict: verdictOf(ending),
    summary: summaryOf(ending),
    startedAt: Math.min(...times),
    lastAt: Math.max(...times),
    openEnds: openEnds(ending, Math.max(...times), commandOf),
    tracks: tracksOf(hops, payloads),
  };
}

function openEnds(ending: Ending, lastAt: number, commandOf: (words: string) => string): OpenEndView[] {
  if (ending.kind === 'done') return [];
  if (ending.kind === 'without-uri') {
    return [{ kind: 'lost', since: lastAt, text: ending.text, command: commandOf(ending.command) }];
  }
  return ending.ends.map(({ kind, since, text, command }) => ({
    kind,
    since,
    text: displayId(text, 400),
    ...(command !== undefined && { command: commandOf(command) }),
  }));
}
