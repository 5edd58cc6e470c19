import { REGION_DATE, REGION_GAPS } from '../../cdk/region-gaps.ts';
import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { limitsOf, written } from './limits.ts';
import { money } from './money.ts';
import { ASK_AT, planCapacity } from './plan-capacity.ts';
import { BUCKETS, EVENTBRIDGE_QUOTAS, type EventBridgeQuotas, QUOTA_DATE } from './quotas.ts';
import type { StackFacts } from './stack-facts.ts';

const USERS = [2000, 10_000, 100_000, 1_000_000, 5_000_000, 20_000_000];

/** Where quotas bind as users grow: the number of buckets, then the rates, Region by Region. */
export function quotaSections(facts: StackFacts): string[] {
  return [
    '## Where quotas bind as users grow',
    '',
    `Quotas as of ${QUOTA_DATE}. For numbers of your own:`,
    '',
    '```sh',
    'npm run capacity -- --users 5000000 --signups-per-second 200 --region ap-northeast-1',
    '```',
    '',
    `**Buckets bind first, and for good.** An account has ${written(BUCKETS.byDefault)}, and up to ${written(BUCKETS.onRequest)} on request. Beyond that it takes more accounts, each with`,
    'a stack of its own; the sign-up service chooses by a hash of the user id.',
    '',
    userTable(facts),
    '',
    '**Rates bind by Region**, and bend: what is over one waits in the stream or in a queue, and most can be raised on request. The first',
    'to bind, in an account and a table that are new:',
    '',
    regionTable(facts),
    '',
    'How often a second S3 makes buckets, nobody says: it answers 503 SlowDown, which is repeated. How fast a pipe reads a shard is',
    'assumed. Try your rate before you need it.',
    '',
    sourceTable(facts),
    '',
    `**Some Regions lack a part of the stack**, as of ${REGION_DATE}:`,
    '',
    gapTable(),
    '',
  ];
}

function userTable(facts: StackFacts): string {
  const rows = USERS.map((users) => {
    const { accounts, usersPerAccount, bucketsUsdPerMonth } = planCapacity(
      { users, signupsPerSecond: 1 },
      facts,
      anyQuotas(),
    );
    const request = usersPerAccount > BUCKETS.byDefault * ASK_AT ? 'more buckets, on request' : 'nothing';
    return [written(users), String(accounts), written(usersPerAccount), request, money(bucketsUsdPerMonth)];
  });
  return markdownTable(['users', 'accounts', 'buckets in each', 'to ask for', 'buckets, a month'], rows);
}

/** Where each limit was read, and what to do before it is reached: the same in every Region. */
function sourceTable(facts: StackFacts): string {
  const limits = limitsOf(facts, anyQuotas());
  return markdownTable(
    ['limit', 'what to do', 'source'],
    limits.map(({ name, mend, source }) => [name, mend, source]),
  );
}

function gapTable(): string {
  const rows = [...REGION_GAPS].flatMap(([region, gaps]) =>
    gaps.map(({ part, isCertain, advice }) => [region, part, isCertain ? 'missing' : 'not clear', advice]),
  );
  return markdownTable(['Region', 'part', 'is', 'what to do'], rows);
}

function anyQuotas(): EventBridgeQuotas {
  const [quotas] = EVENTBRIDGE_QUOTAS.values();
  if (quotas === undefined) throw new Error('No Region has quotas.');
  return quotas;
}

/** Regions with the same quotas share a row. */
function regionTable(facts: StackFacts): string {
  const tiers = new Map<string, { quotas: EventBridgeQuotas; regions: string[] }>();
  for (const [region, quotas] of EVENTBRIDGE_QUOTAS) {
    const key = JSON.stringify(quotas);
    const tier = tiers.get(key) ?? { quotas, regions: [] };
    tier.regions.push(region);
    tiers.set(key, tier);
  }
  const rows = [...tiers.values()].map(({ quotas, regions }) => {
    const rates = limitsOf(facts, quotas)
      .filter(({ of }) => of === 'rate')
      .sort((a, b) => a.enoughFor - b.enoughFor)
      .slice(0, 3)
      .map(({ name, enoughFor }) => `${written(enoughFor)}/s: ${name}`);
    return [regions.join(', '), ...rates];
  });
  return markdownTable(['Regions', 'binds first, at sign-ups', 'then', 'then'], rows);
}
