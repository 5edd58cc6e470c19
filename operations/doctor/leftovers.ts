import { listTemporaryRules, type TemporaryRule } from '../deployed/temporary-rules.ts';
import { formatDuration } from '../time/time.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'temporary rules';

/** Whether a killed `pipeline events` left something behind: a rule takes one of 300, and its queue fills up. */
export const leftovers: Check = {
  name: NAME,
  async run({ deployed, mends, now }) {
    const bus = { busName: deployed.output('EventBusName'), busArn: deployed.output('EventBusArn') };
    return judgeTemporary(await listTemporaryRules(deployed.clients, bus, now), mends);
  },
};

export function judgeTemporary(found: readonly TemporaryRule[], mends: Mends): Finding[] {
  const left = found.filter(({ unusedMs }) => unusedMs === undefined || unusedMs > 0);
  if (left.length === 0) {
    const detail = found.length === 0 ? 'none' : `${found.length} in use by npx pipeline events`;
    return [{ check: NAME, status: 'ok', subject: 'bus', detail }];
  }
  return left.map(({ name, unusedMs }): Finding => {
    const since = unusedMs === undefined ? 'nothing says since when' : `since ${formatDuration(unusedMs)}`;
    // Each begins with removing what others have left.
    const mend = mends.pipeline('events --from 1m');
    const detail = `left behind by npx pipeline events, and not in use: ${since}`;
    return { check: NAME, status: 'warning', subject: name, detail, mend };
  });
}
