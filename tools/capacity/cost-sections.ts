import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { assumed } from './assumptions.ts';
import { furtherSubscriberItems, REGISTRATIONS, total } from './line-items.ts';
import { costOf } from './prices.ts';
import { SHARD_READS } from './quotas.ts';
import { bucketCalls, type StackFacts, type StageFacts } from './stack-facts.ts';

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

const SECONDS_PER_MONTH = 30 * 86_400;

/** What reading the stream may cost: AWS gives a price for Lambda, not for pipes. */
export function streamText(): string {
  const shards = assumed('newTableShards');
  const cost = costOf('streamReads', shards * SHARD_READS.perSecond * SECONDS_PER_MONTH);
  return [
    'Reads of the stream are free for Lambda (DynamoDB developer guide, cost optimization of streams). For pipes, AWS does not say,',
    `so they are not counted here. If they are billed, a pipe that reads each of ${shards} shards ${SHARD_READS.perSecond} times a second costs at most ${money(cost)} a month.`,
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
