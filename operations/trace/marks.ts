import type { JournalEntry } from '../journal/journal.ts';
import { formatDuration } from '../time/time.ts';
import type { MarkKind, TraceHop } from './hops.ts';
import { openEndsOf } from './open-ends.ts';

/** A part of each line of the journal that is a mark for every registration that is open then. */
export const MARKS_FOR_ALL = ['"action":"skip"', '"hop":"pipe-state"'];

/** What was done to the engine on purpose, or which call it struck. */
export interface Mark {
  readonly kind: MarkKind;
  /** In a sentence without its subject. */
  readonly text: string;
}

/**
 * What a journal's entry says was done to the engine; undefined for another entry.
 * @param functionOf a function's name for people, by its physical name
 */
export function markOf(entry: JournalEntry, functionOf: (physicalName: unknown) => string): Mark | undefined {
  switch (entry.hop) {
    case 'fault':
      return { kind: 'fault', text: struckText(entry, functionOf) };
    case 'pipe-state':
      return entry.state === 'STOPPED'
        ? { kind: 'pipe-stopped', text: 'the pipe is stopped' }
        : { kind: 'pipe-started', text: 'the pipe is started again' };
    case 'lab':
      return labMark(entry, functionOf);
  }
  return undefined;
}

function labMark(entry: JournalEntry, functionOf: (physicalName: unknown) => string): Mark | undefined {
  switch (entry.action) {
    case 'skip':
      return { kind: 'skip', text: `time is skipped: ${formatDuration(Number(entry.ms))}` };
    case 'kill':
      return { kind: 'kill', text: `the function of ${functionOf(entry.functionName)} is killed` };
  }
  return undefined;
}

function struckText(entry: JournalEntry, functionOf: (physicalName: unknown) => string): string {
  const { operation, effect, code, when, functionName } = entry;
  const moment = when === 'after' ? ', after it took effect' : '';
  switch (effect) {
    case 'lost-answer':
      return `a fault loses the answer of ${operation}, which took effect`;
    case 'delay':
      return `a fault delays ${operation}${moment}`;
    case 'kill':
      return `a fault kills the function of ${functionOf(functionName)} at its call ${operation}${moment}`;
    case 'duplicate':
      return operation === 'deliver:stream-record'
        ? 'a fault gives the stream record to the pipe twice'
        : 'a fault delivers the message twice';
    default:
      return typeof code === 'string'
        ? `a fault makes ${operation} fail with ${code}${moment}`
        : `a fault strikes ${operation}${moment}`;
  }
}

/** Whether a registration still waits for something: then skipped time touches it. */
export function isOpen(hops: readonly TraceHop[]): boolean {
  return openEndsOf({ hops }).length > 0;
}

/** Whether a registration's row waits for the pipe: then it touches it that the pipe is stopped or started. */
export function waitsForPipe(hops: readonly TraceHop[]): boolean {
  const written = hops.findLastIndex((hop) => hop.hop === 'row' && hop.change === 'written');
  return written >= 0 && hops.slice(written).every(({ hop }) => hop === 'row' || hop === 'mark');
}
