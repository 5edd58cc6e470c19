import { alike, count, nameUsers, visible } from '../../../operations/messages/display.ts';
import type { SampleOutcomes } from './show-samples.ts';

/** What came of the sample users together. */
export interface SamplesSummary {
  /** Empty if there were none. */
  readonly text: string;
  /** Each user whose row has no URI, with how far it came, in one line; absent if every one has. */
  readonly problem?: string;
}

export function summarizeSamples(outcomes: SampleOutcomes, timeoutSeconds: number): SamplesSummary {
  const total = outcomes.size;
  const failed = [...outcomes].filter(([, { uri }]) => uri === undefined);
  const text = total === 0 ? '' : `${total - failed.length} of ${count(total, 'sample user')} have their bucket.\n`;
  if (failed.length === 0) return { text };
  const groups = Map.groupBy(failed, ([, { problem = '' }]) => alike(problem));
  const reasons = [...groups.values()].map(
    (users) => `${nameUsers(users.map(([id]) => id))}: ${visible(users[0]?.[1].problem ?? '')}`,
  );
  return {
    text,
    problem: `${failed.length} of ${count(total, 'sample user')} not recorded within ${timeoutSeconds} s: ${reasons.join(' | ')}`,
  };
}
