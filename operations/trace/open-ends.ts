import type { Hop, Registration } from './hops.ts';
import { lanesOf } from './lanes.ts';
import { failuresInLogs } from './log-failures.ts';

/** Something that a registration still waits for, or that will never come. */
export interface OpenEnd {
  /** `waiting`: something is to follow by itself. The others are for a person. */
  readonly kind: 'waiting' | 'dead-letter' | 'lost' | 'dropped' | 'unmatched';
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  readonly text: string;
  /** Shows more of it, without the options that say where the pipeline is. */
  readonly command?: string;
}

/** What is still missing of a registration, by its hops. Nothing, where all that was to be done is done. */
export function openEndsOf({ hops }: Registration): OpenEnd[] {
  const isOfLogsAlone = hops.every(({ hop }) => hop === 'log' || hop === 'invocation');
  if (isOfLogsAlone) return failuresInLogs(hops);
  return [...openEndOfPipe(hops), ...unmatchedEvents(hops), ...lanesOf(hops)];
}

/** Of the way from the row to the bus. */
function openEndOfPipe(hops: readonly Hop[]): OpenEnd[] {
  const written = hops.find((hop) => hop.hop === 'row' && hop.change === 'written');
  if (written === undefined || hops.some(({ hop }) => hop === 'event')) return [];
  const last = hops.findLast(
    (hop) => hop.hop === 'put' || hop.hop === 'pipe-dlq' || (hop.hop === 'filter' && hop.change === 'INSERT'),
  );
  const since = last?.at ?? written.at;
  switch (last?.hop) {
    case 'filter':
      return last.passed
        ? [{ kind: 'waiting', since, text: 'the pipe is about to put its event on the bus' }]
        : [{ kind: 'dropped', since, text: "the pipe's filter dropped it: no event is made of it" }];
    case 'put': {
      const { code, message } = last.refusal ?? { code: '', message: '' };
      return [
        { kind: 'waiting', since, text: `the bus refused its event (${code}: ${message}); the pipe tries again` },
      ];
    }
    case 'pipe-dlq':
      return last.isLost
        ? [{ kind: 'lost', since, text: 'the pipe gave it up, and its dead-letter queue did not take it' }]
        : [{ kind: 'dead-letter', since, text: "in the pipe's dead-letter queue", command: 'dlq show --pipe' }];
    default:
      return [{ kind: 'waiting', since, text: 'its stream record waits for the pipe', command: 'doctor' }];
  }
}

/** A replay is shown to some rules only, so that nothing is amiss where none of them wants an event. */
function unmatchedEvents(hops: readonly Hop[]): OpenEnd[] {
  const matched = new Set(hops.flatMap((hop) => (hop.hop === 'rule' && hop.matched ? [hop.busEventId] : [])));
  return hops.flatMap((hop): OpenEnd[] => {
    if (hop.hop !== 'event' || hop.replay !== undefined) return [];
    const { at: since, detailType, busEventId } = hop;
    if (hop.isDropped) return [{ kind: 'lost', since, text: `${detailType} went to a bus that does not exist` }];
    if (matched.has(busEventId)) return [];
    return [{ kind: 'unmatched', since, text: `no rule matched ${detailType}`, command: 'doctor' }];
  });
}
