import type { Hop, LogHop } from './hops.ts';
import type { OpenEnd } from './open-ends.ts';

/**
 * What services failed at, where nothing but their logs is known: the events of which the last that a service says is that it
 * failed. Whether such an event is tried again or is a dead letter by now, logs do not tell.
 */
export function failuresInLogs(hops: readonly Hop[]): OpenEnd[] {
  const last = new Map<string, LogHop>();
  for (const hop of hops) if (hop.hop === 'log') last.set(JSON.stringify([hop.subscriber, hop.eventId]), hop);
  return [...last.values()].flatMap(({ subscriber, problem, at: since }): OpenEnd[] => {
    if (problem === undefined) return [];
    const text = `${subscriber} could not handle an event (${problem}): its queue delivers it again, or it is a dead letter`;
    return [{ kind: 'waiting', since, text, command: `dlq show --subscriber ${subscriber}` }];
  });
}
