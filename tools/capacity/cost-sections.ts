import { REGION_DATE, REGION_GAPS } from '../../cdk/region-gaps.ts';
import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { limitsOf, written } from './limits.ts';
import { furtherSubscriberItems, REGISTRATIONS, total } from './line-items.ts';
import { ASK_AT, planCapacity } from './plan-capacity.ts';
import { costOf } from './prices.ts';
import { BUCKETS, EVENTBRIDGE_QUOTAS, type EventBridgeQuotas, QUOTA_DATE, TABLE_WRITES } from './quotas.ts';
import { bucketCalls, type StackFacts, type StageFacts } from './stack-facts.ts';

const USERS = [2000, 10_000, 100_000, 1_000_000, 5_000_000, 20_000_000];

/** Which quotas limit growth: the number of buckets, then the rates, Region by Region. */
export function quotaSections(facts: StackFacts): string[] {
  return [
    '## Which quotas limit growth',
    '',
    `Quotas as of ${QUOTA_DATE}. To calculate with your own numbers:`,
    '',
    '```sh',
    'npm run capacity -- --users 5000000 --signups-per-second 200 --region ap-northeast-1',
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
    'AWS publishes no rate at which S3 makes buckets: S3 answers 503 SlowDown, and the call is retried. How fast a pipe reads a shard is',
    'assumed. Test your rate before you need it.',
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
    limits.map(({ name, fix, source }) => [name, fix, source]),
  );
}

function gapTable(): string {
  const rows = [...REGION_GAPS].flatMap(([region, gaps]) =>
    gaps.map(({ part, isCertain, advice }) => [region, part, isCertain ? 'missing' : 'uncertain', advice]),
  );
  return markdownTable(['Region', 'part', 'status', 'what to do'], rows);
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
  return markdownTable(['Regions', 'first limit, at sign-ups', 'then', 'then'], rows);
}

/** Facts of the template, by heading. */
const FACTS: readonly [heading: string, of: (facts: StackFacts) => string][] = [
  ['subscribers', ({ subscribers }) => subscribers.map(({ name }) => name).join(', ')],
  ['functions', ({ functions }) => String(functions)],
  ['memory of each', ({ subscribers }) => subscribers.map(({ memoryMb }) => `${quantity(memoryMb)} MB`).join(', ')],
  ['queues, including dead-letter queues', ({ queues }) => String(queues)],
  [
    'pipes',
    ({ pipes, pipeBatchSize, pipeLanes }) => `${pipes}, batches of ${pipeBatchSize}, ${pipeLanes} lanes in each shard`,
  ],
  ['alarms', ({ alarms, alarmMetrics }) => `${alarms}, over ${alarmMetrics} metrics`],
  ['dashboards', ({ dashboards }) => String(dashboards)],
  ['archive', ({ archiveDays }) => archiveText(archiveDays)],
  ['logs of functions', ({ logDays }) => `${logDays} days`],
];

/** Facts of the template that cost or limit something, stage by stage. */
export function factTable(stages: readonly StageFacts[]): string {
  return markdownTable(
    ['', ...stages.map(({ name }) => name)],
    FACTS.map(([heading, of]) => [heading, ...stages.map(({ facts }) => of(facts))]),
  );
}

/** How long events are archived. */
export function archiveText(days: number | undefined): string {
  if (days === undefined) return 'none';
  return days === 0 ? 'without limit' : `for ${days} days`;
}

/** Reads of each shard while it is idle. Source: EventBridge user guide, eb-pipes-dynamodb. */
const READS_PER_SECOND = 4;
const SECONDS_PER_MONTH = 30 * 86_400;

/** What reading the stream may cost: AWS gives a price for Lambda, not for pipes. */
export function streamText(): string {
  const shards = TABLE_WRITES.ofNewTable / TABLE_WRITES.ofPartition;
  const cost = costOf('streamReads', shards * READS_PER_SECOND * SECONDS_PER_MONTH);
  return [
    'Reads of the stream are free for Lambda (DynamoDB developer guide, cost optimization of streams). For pipes, AWS does not say,',
    `so they are not counted here. If they are billed, a pipe that reads each of ${shards} shards ${READS_PER_SECOND} times a second costs at most ${money(cost)} a month.`,
  ].join('\n');
}

/** What one more subscriber adds. */
export function furtherText(facts: StackFacts): string {
  const cost = total(furtherSubscriberItems(facts));
  return `Each further subscriber to one event of a registration adds about ${money(cost)}, if it does as little as the cheapest one here.`;
}

/** Options of a stage that cost calls, with the variables of bucket-service that enable them. */
const OPTIONS: readonly [option: string, variables: Readonly<Record<string, string>>][] = [
  ['bucketCors', { BUCKET_CORS: 'true' }],
  ['bucketPublicListing', { BUCKET_PUBLIC_LISTING: 'true' }],
  ['bucketTlsOnly', { BUCKET_TLS_ONLY: 'true' }],
  ['bucketTags', { BUCKET_TAGS: '{"team":"sign-up"}' }],
  ['bucketLifecycle', { BUCKET_LIFECYCLE: '{"abortUploadsAfterDays":7}' }],
];

/** What each option of a stage adds to a bucket, and to a million of them. */
export function optionTable({ subscribers }: StackFacts): string {
  const maker = subscribers.find((subscriber) => bucketCalls(subscriber) > 0);
  if (maker === undefined) throw new Error('No subscriber of the stack makes buckets.');
  const rows = OPTIONS.map(([option, variables]) => {
    const calls = bucketCalls({ ...maker, variables: { ...maker.variables, ...variables } }) - bucketCalls(maker);
    return [`\`${option}\``, String(calls), money(costOf('bucketRequests', calls * REGISTRATIONS))];
  });
  return markdownTable(['option', 'more calls a bucket', 'a million registrations'], rows);
}

/** US dollars as people write them: cents below a thousand, whole dollars from there. */
export function money(usd: number): string {
  const digits = usd < 1000 ? 2 : 0;
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** A quantity, with decimals only for small numbers. */
export function quantity(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });
}
