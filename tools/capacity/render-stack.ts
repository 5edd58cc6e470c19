import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { furtherSubscriberItems, total } from './line-items.ts';
import { money, quantity } from './money.ts';
import { costOf } from './prices.ts';
import { TABLE_WRITES } from './quotas.ts';
import type { StackFacts, StageFacts } from './stack-facts.ts';

/** What is read out of the template, by its heading. */
const FACTS: readonly [heading: string, of: (facts: StackFacts) => string][] = [
  ['subscribers', ({ subscribers }) => subscribers.map(({ name }) => name).join(', ')],
  ['functions', ({ functions }) => String(functions)],
  ['memory of each', ({ subscribers }) => subscribers.map(({ memoryMb }) => `${quantity(memoryMb)} MB`).join(', ')],
  ['queues, with those for dead letters', ({ queues }) => String(queues)],
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
  return days === 0 ? 'for ever' : `for ${days} days`;
}

/** Of each shard, when nothing comes. Source: EventBridge user guide, eb-pipes-dynamodb. */
const READS_PER_SECOND = 4;
const SECONDS_PER_MONTH = 30 * 86_400;

/** What reading the stream may cost: AWS says it for Lambda, and not for pipes. */
export function streamText(): string {
  const shards = TABLE_WRITES.ofNewTable / TABLE_WRITES.ofPartition;
  const cost = costOf('streamReads', shards * READS_PER_SECOND * SECONDS_PER_MONTH);
  return [
    'Reads of the stream are free for Lambda (DynamoDB developer guide, cost optimization of streams). For a pipe AWS does not say, so they',
    `are not counted here. If they are billed, a pipe that asks each of ${shards} shards ${READS_PER_SECOND} times a second costs ${money(cost)} a month at most.`,
  ].join('\n');
}

/** What one more subscriber adds. */
export function furtherText(facts: StackFacts): string {
  const cost = total(furtherSubscriberItems(facts));
  return `Each further subscriber to one event of a registration adds about ${money(cost)}, if it does as little as the cheapest of these.`;
}
