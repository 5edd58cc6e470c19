import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { assumed } from './assumptions.ts';
import { quantity } from './cost-sections.ts';
import { type Limit, written } from './limit.ts';
import { limitsOf } from './limits.ts';
import { ROW_WRITES, writeUnits } from './line-items.ts';
import { longestRoundMs, pipeLoad, recordBytes, shardCarries, shardRates } from './pipe-rate.ts';
import { ASK_AT, bucketsLast, duration, percent, type Reading, raiseStep, readings } from './plan-capacity.ts';
import { PRICE_REGION } from './prices.ts';
import { BUCKETS, quotasOf, REGION_TIERS, SHARD_READS, TABLE_WRITES } from './quotas.ts';
import { bucketCalls, type StackFacts } from './stack-facts.ts';

/** Sign-ups a second that the page shows. */
const RATES = [10, 100, 1000, 10_000];
const HEADINGS = RATES.map((rate) => `${written(rate)}/s`);

/** What a shard carries, and which limits some rates reach. */
export function loadSections(facts: StackFacts): string[] {
  return [...(facts.pipes > 0 ? shardSection(facts) : []), ...rateSection(facts)];
}

function shardSection(facts: StackFacts): string[] {
  const { pipeLanes, pipeBatchSize } = facts;
  const { writes, lanes } = shardRates(facts);
  const carries = shardCarries(facts);
  const inOneLane = shardRates({ ...facts, pipeLanes: 1 }).lanes;
  const halvings = Math.ceil(Math.log2(pipeBatchSize));
  return [
    '### What one shard of the stream carries',
    '',
    `A new table has ${assumed('newTableShards')} shards. The pipe reads each one in ${pipeLanes} lanes, and a user always belongs to the same lane. A lane has one batch of at`,
    `most ${pipeBatchSize} records in flight: read, filter, template, PutEvents, and when the bus has answered, the next batch.`,
    '',
    shardTable(facts),
    '',
    `**So a shard carries ${written(carries)} sign-ups a second**, ${carries === writes ? 'all that its partition of the table takes' : 'fewer than its partition of the table takes'}. The lanes keep up with the partition`,
    `while one batch takes up to ${quantity(longestRoundMs(facts))} ms. With one lane a shard would carry ${written(Math.min(carries, inOneLane))}.`,
    '',
    '- **Batches fill by themselves.** The pipe has no batching window: a lane sends what it has. Records that come while a batch is in',
    '  flight share the next one. So the pipe sends fewer requests for each event as the rate rises:',
    '',
    pipeTable(facts),
    '',
    `- **A record that the bus refuses blocks its lane only**, ${quantity(100 / pipeLanes)} % of the shard's users. The batch is halved until that record is`,
    `  alone, in ${halvings} steps at most, so that the others of the batch are delivered. Records behind it wait until the pipe gives it up.`,
    `  ${catchUpText(carries, lanes)}`,
    '- **DynamoDB makes shards, not you.** It splits a partition when load asks for it. The shard then closes, and the pipe reads its',
    "  remaining records before those of the two new ones. The table's warm throughput makes partitions beforehand.",
    '- **The local engine works in the same way**: lanes by key, one batch of a lane in flight, and a batch takes what waits when the lane',
    '  is free. It has one shard only, and it filters before it makes batches; AWS does not say when a pipe does.',
    '',
  ];
}

/** How fast a lane that was blocked is level again, while sign-ups come as fast as the shard carries. */
function catchUpText(carries: number, lanes: number): string {
  if (carries >= lanes) return 'At the full rate of the shard, the lane cannot catch up.';
  return `At the full rate of the shard, the lane then needs ${quantity(carries / (lanes - carries))} s to catch up for each second that it waited.`;
}

function shardTable(facts: StackFacts): string {
  const { writes, reads, lanes } = shardRates(facts);
  const batch = `${facts.pipeLanes} lanes × ${facts.pipeBatchSize} records × ${assumed('keptByFilter')} that the filter keeps`;
  const bytes = `${written(SHARD_READS.bytes)} bytes or ${written(SHARD_READS.records)} records`;
  return markdownTable(
    ['what limits it', 'formula', 'sign-ups a second', 'status'],
    [
      [
        "the table's partition",
        `${written(TABLE_WRITES.ofPartition)} write units a second ÷ ${writeUnits()} a sign-up`,
        written(writes),
        'documented',
      ],
      [
        'reads of the shard',
        `${SHARD_READS.perSecond} reads a second × (${bytes}, at ${written(recordBytes())} bytes a record) ÷ ${ROW_WRITES} records a sign-up`,
        written(reads),
        'documented; size of a row assumed',
      ],
      [
        'the lanes of the pipe',
        `${batch} ÷ (${assumed('putEventsMs')} ms PutEvents + ${assumed('pipeOverheadMs')} ms for the rest)`,
        written(lanes),
        'lanes and batches documented; times assumed',
      ],
    ],
  );
}

function pipeTable(facts: StackFacts): string {
  const loads = RATES.map((rate) => pipeLoad(rate, facts));
  return markdownTable(
    ['sign-ups', ...HEADINGS],
    [
      ['shards, at least', ...loads.map(({ shards }) => written(shards))],
      ['PutEvents requests of the pipe, at most', ...loads.map(({ requests }) => `${written(requests)}/s`)],
      ['events in each, at least', ...loads.map(({ eventsPerRequest }) => quantity(eventsPerRequest))],
      ['executions of the pipe at once, at most', ...loads.map(({ executions }) => written(Math.ceil(executions)))],
    ],
  );
}

function rateSection(facts: StackFacts): string[] {
  const limits = limitsOf(facts, quotasOf()).filter(({ of }) => of === 'rate');
  return [
    `### Which quota binds at ${new Intl.ListFormat('en').format(RATES.map(written))} sign-ups a second`,
    '',
    `In ${PRICE_REGION}, in one account, with the quotas and settings that it begins with: what each limit has, and how much of it is used.`,
    '',
    bindingTable(limits),
    '',
    'The limit that binds first, by Region. Regions with the same quotas share a row, as above:',
    '',
    tierTable(facts),
    '',
    '**A high rate can only be a peak**, because it uses up the buckets. AWS publishes no rate at which S3 makes buckets: S3 answers 503',
    'SlowDown, and the call is retried. It advises against making buckets in requests that must be highly available (S3 user guide, general',
    'purpose buckets operations): here a sign-up does not wait for its bucket. Test your rate before you need it.',
    '',
    bucketTable(facts),
    '',
    `**What to raise**, in ${PRICE_REGION}, for each of these rates. Ask when ${quantity(ASK_AT * 100)} % of a limit is used, because an answer takes days: so each step`,
    `names ${quantity(ASK_AT * 100)} % of what the limit is enough for, and asks for what leaves a rate the same room. For another Region, run \`npm run capacity\`.`,
    'First of all ask for more buckets: the table above says how long they last.',
    '',
    ...RATES.flatMap((rate) => rateText(rate, limits)),
    ...waitingText(facts),
    '',
    'No other quota is near: standard queues take nearly any number of requests (SQS developer guide, quotas-messages), and no key of KMS',
    'is used. Lambda can start 1,000 environments of a function in 10 s (Lambda developer guide, scaling behavior). X-Ray and CloudWatch',
    'Logs limit what is sent to them; beyond that traces or log lines may be missing, but no event is.',
    '',
  ];
}

function bindingTable(limits: readonly Limit[]): string {
  return markdownTable(
    ['limit', 'has', ...HEADINGS],
    limits.map((limit) => [
      limit.name,
      `${written(limit.amount)} ${limit.unit}`,
      ...RATES.map((signupsPerSecond) => {
        const [reading] = readings([limit], { users: 0, signupsPerSecond });
        if (reading === undefined) throw new Error('One limit has one reading.');
        return reading.utilization > 1 ? `**${percent(reading)}**` : percent(reading);
      }),
    ]),
  );
}

function tierTable(facts: StackFacts): string {
  const rows = REGION_TIERS.map(({ regions: [name = '', ...others], quotas }) => {
    const limits = limitsOf(facts, quotas).filter(({ of }) => of === 'rate');
    return [
      others.length === 0 ? name : `${name} and ${others.length} more`,
      ...RATES.map((rate) => tightest(readings(limits, { users: 0, signupsPerSecond: rate }))),
    ];
  });
  return markdownTable(['Regions', ...HEADINGS], rows);
}

/** The tightest of readings that are sorted. */
function tightest([first, ...others]: readonly Reading[]): string {
  if (first === undefined || first.utilization <= 1) return 'none';
  const more = others.filter(({ utilization }) => utilization > 1).length;
  return `${first.name}, ${percent(first)}${more === 0 ? '' : `; ${more} more`}`;
}

function bucketTable({ subscribers }: StackFacts): string {
  const calls = subscribers.reduce((sum, each) => sum + bucketCalls(each), 0);
  const lasting = RATES.map(bucketsLast);
  return markdownTable(
    ['sign-ups', ...HEADINGS],
    [
      ['calls to S3 for buckets', ...RATES.map((rate) => `${written(calls * rate)}/s`)],
      [`${written(BUCKETS.byDefault)} buckets last`, ...lasting.map(({ byDefault }) => duration(byDefault))],
      [`${written(BUCKETS.onRequest)} buckets last`, ...lasting.map(({ onRequest }) => duration(onRequest))],
    ],
  );
}

/** What to raise for a rate. */
function rateText(rate: number, limits: readonly Limit[]): string[] {
  const toRaise = readings(limits, { users: 0, signupsPerSecond: rate }).filter(
    ({ utilization }) => utilization > ASK_AT,
  );
  const [first] = toRaise;
  if (first === undefined) return [`**At ${written(rate)} a second** nothing must be raised for the rate.`, ''];
  return [
    `**At ${written(rate)} a second** the first limit is: ${first.name}. To raise, the tightest first:`,
    '',
    ...toRaise.map((reading) => `- ${raiseStep(reading)}`),
    '',
  ];
}

/** What happens if nothing is raised. */
function waitingText({ subscribers, pipeHours }: StackFacts): string[] {
  const queueDays = Math.min(...subscribers.map((each) => each.queueDays));
  return [
    `**What is not raised makes events wait**, in the stream for ${quantity(pipeHours)} hours at most, in a queue for ${quantity(queueDays)} days: a peak must be over and its events`,
    "handled by then. Older records are given up to the pipe's dead-letter queue, and SQS deletes older messages. `pipeline reconcile` finds",
    'the users who have no bucket because of that.',
  ];
}
