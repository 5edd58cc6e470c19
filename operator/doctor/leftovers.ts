import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { madeAt, TEMPORARY_PREFIX } from '../events/temporary-names.ts';
import { formatDuration } from '../time.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';
import { THRESHOLDS } from './thresholds.ts';

const NAME = 'temporary rules';

/** A temporary rule of `pipeline events`. */
export interface TemporaryRule {
  readonly name: string;
  /** Milliseconds since it was made; undefined if its name does not tell. */
  readonly ageMs: number | undefined;
}

/** Whether a killed `pipeline events` left a rule behind: it takes one of 300, and its queue fills up. */
export const leftovers: Check = {
  name: NAME,
  async run({ deployed, mends, now }) {
    const events = deployed.clients.of(EventBridgeClient);
    const found: TemporaryRule[] = [];
    let NextToken: string | undefined;
    do {
      const page = await events.send(
        new ListRulesCommand({
          EventBusName: deployed.output('EventBusName'),
          NamePrefix: TEMPORARY_PREFIX,
          ...(NextToken !== undefined && { NextToken }),
        }),
      );
      for (const { Name = '' } of page.Rules ?? []) {
        const made = madeAt(Name);
        found.push({ name: Name, ageMs: made === undefined ? undefined : now - made });
      }
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return judgeTemporaryRules(found, mends);
  },
};

export function judgeTemporaryRules(rules: readonly TemporaryRule[], mends: Mends): Finding[] {
  const old = rules.filter(({ ageMs }) => ageMs === undefined || ageMs > THRESHOLDS.leftoverMs);
  if (old.length === 0) {
    const detail = rules.length === 0 ? 'none' : `${rules.length} in use by npx pipeline events`;
    return [{ check: NAME, status: 'ok', subject: 'bus', detail }];
  }
  return old.map(({ name, ageMs }): Finding => {
    const age = ageMs === undefined ? 'of unknown age' : `${formatDuration(ageMs)} old`;
    // Each begins with removing what others have left.
    const mend = mends.pipeline('events --from 1m');
    const detail = `${age}: left behind by npx pipeline events, unless one has been running for so long`;
    return { check: NAME, status: 'warning', subject: name, detail, mend };
  });
}
