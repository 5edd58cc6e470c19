import { REGION_DATE, REGION_GAPS } from '../../cdk/region-gaps.ts';
import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { money } from './cost-sections.ts';
import { written } from './limit.ts';
import { limitsOf } from './limits.ts';
import { ASK_AT, planCapacity } from './plan-capacity.ts';
import { BUCKETS, QUOTA_DATE, quotasOf, REGION_TIERS } from './quotas.ts';
import { loadSections } from './rate-sections.ts';
import type { StackFacts } from './stack-facts.ts';

const USERS = [2000, 10_000, 100_000, 1_000_000, 5_000_000, 20_000_000];

/** Which quotas limit growth: the number of buckets, then the rates: by the pipe, at some rates, and Region by Region. */
export function quotaSections(facts: StackFacts): string[] {
  return [
    '## Which quotas limit growth',
    '',
    `Quotas as of ${QUOTA_DATE}. To calculate with your own numbers:`,
    '',
    '```sh',
    'npm run capacity -- --users 5000000 --signups-per-second 200 --region ap-northeast-1',
    'npm run capacity -- --signups-per-second 1000',
    '```',
    '',
    `**Buckets are the first and only hard limit.** An account may have ${written(BUCKETS.byDefault)}, and up to ${written(BUCKETS.onRequest)} on request. More users need more accounts, each`,
    'with its own stack; the sign-up service chooses one by a hash of the user id.',
    '',
    userTable(facts),
    '',
    '**Rates are limited per Region**, and are soft limits: events over the limit wait in the stream or in a queue, and most limits can be',
    'raised on request. The first limits that a new account with a new table reaches:',
    '',
    regionTable(facts),
    '',
    ...loadSections(facts),
    '### The limits one by one',
    '',
    sourceTable(facts),
    '',
    'Where that is not enough, the design changes:',
    '',
    ...limitsOf(facts, quotasOf()).flatMap(({ name, beyond }) =>
      beyond === undefined ? [] : [`- ${name}: ${beyond}.`],
    ),
    '',
    '### Regions that lack a part of the stack',
    '',
    `As of ${REGION_DATE}:`,
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
      quotasOf(),
    );
    const request = usersPerAccount > BUCKETS.byDefault * ASK_AT ? 'more buckets, on request' : 'nothing';
    return [written(users), String(accounts), written(usersPerAccount), request, money(bucketsUsdPerMonth)];
  });
  return markdownTable(['users', 'accounts', 'buckets in each', 'to ask for', 'buckets, a month'], rows);
}

/** Regions with the same quotas share a row. */
function regionTable(facts: StackFacts): string {
  const rows = REGION_TIERS.map(({ quotas, regions }) => {
    const rates = limitsOf(facts, quotas)
      .filter(({ of }) => of === 'rate')
      .sort((a, b) => a.enoughFor - b.enoughFor)
      .slice(0, 3)
      .map(({ name, enoughFor }) => `${written(enoughFor)}/s: ${name}`);
    return [regions.join(', '), ...rates];
  });
  return markdownTable(['Regions', 'first limit, at sign-ups', 'then', 'then'], rows);
}

/** Where each limit was read, and what to do before it is reached: the same in every Region. */
function sourceTable(facts: StackFacts): string {
  return markdownTable(
    ['limit', 'what to do', 'status', 'source'],
    limitsOf(facts, quotasOf()).map(({ name, fix, status, source }) => [name, fix, status, source]),
  );
}

function gapTable(): string {
  const rows = [...REGION_GAPS].flatMap(([region, gaps]) =>
    gaps.map(({ part, isCertain, advice }) => [region, part, isCertain ? 'missing' : 'uncertain', advice]),
  );
  return markdownTable(['Region', 'part', 'status', 'what to do'], rows);
}
