import { join } from 'node:path';
import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { stageTemplate } from '../stage-template.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import {
  archiveText,
  factTable,
  furtherText,
  money,
  optionTable,
  quantity,
  quotaSections,
  streamText,
} from './cost-sections.ts';
import {
  inRegion,
  keepingItems,
  type LineItem,
  monthlyItems,
  registrationItems,
  replayItems,
  total,
  twoFunctionItems,
} from './line-items.ts';
import {
  costOf,
  FREE_BUCKETS,
  PRICE_DATE,
  PRICE_REGION,
  PRICES,
  type Price,
  type PriceName,
  REGION_PRICES,
  type Standing,
} from './prices.ts';
import { type StackFacts, type StageFacts, stackFacts } from './stack-facts.ts';

/** Stages of cdk.json that the page tells of; the last one in detail. */
const STAGES = ['dev', 'prod'];

/** Of the pipeline itself. The page stays right whatever else subscribes: it says what one more costs. */
const OWN_SUBSCRIBERS = ['bucket-service', 'uri-recorder'];

/** Where it stands. */
export const COST_PAGE = join(import.meta.dirname, '..', '..', 'docs', 'cost.md');

/** The page as it should be: of the stack as it is synthesized, without any hash of an asset. */
export async function costPage(): Promise<string> {
  const stages = await Promise.all(
    STAGES.map(async (name) => ({
      name,
      facts: stackFacts(await stageTemplate({ stage: name }, (each) => OWN_SUBSCRIBERS.includes(each))),
    })),
  );
  return renderCostPage(stages);
}

const MILLION = 1_000_000;

/**
 * The page as Markdown.
 * @param stages the last one is told in detail
 */
function renderCostPage(stages: readonly StageFacts[]): string {
  const detailed = stages.at(-1);
  if (detailed === undefined) throw new Error('The page needs a stage to tell of.');
  const { name, facts } = detailed;
  const plain = twoFunctionItems(facts);
  const registrations = registrationItems(facts);
  return `${[
    '# What it costs, and what limits it',
    '',
    'Generated from the synthesized stack, a price table and named assumptions by `npm run cost`: do not edit. A test fails when it is',
    'out of date.',
    '',
    ...standingText(),
    '',
    '## In short',
    '',
    markdownTable(
      ['', ...stages.map((stage) => stage.name), 'two functions'],
      [
        [
          'a million registrations',
          ...stages.map((stage) => money(total(registrationItems(stage.facts)))),
          money(total(plain)),
        ],
        [
          'a month: alarms, metrics, dashboards, idle queues',
          ...stages.map((stage) => money(total(monthlyItems(stage.facts)))),
          money(0),
        ],
        [
          'each further month, for what a million registrations left',
          ...stages.map((stage) => money(total(keepingItems(stage.facts)))),
          'the rows and logs',
        ],
      ],
    ),
    '',
    `**The buckets cost more than everything else.** Each bucket of an account beyond the first ${quantity(FREE_BUCKETS)} costs ${money(PRICES.buckets.usd)} a month, in any design:`,
    `a million users are ${money(costOf('buckets', MILLION - FREE_BUCKETS))} a month. What buckets hold comes on top.`,
    '',
    '## What the stack holds',
    '',
    factTable(stages),
    '',
    `## A million registrations, in ${name}`,
    '',
    itemTable(registrations),
    '',
    streamText(),
    '',
    furtherText(facts),
    '',
    '### In other Regions',
    '',
    ...regionPriceText(registrations),
    '',
    '### A replay',
    '',
    'A replay of a million events to one subscriber, the one that does least:',
    '',
    itemTable(replayItems(facts)),
    '',
    'Whether AWS also charges for events of the window that no rule takes, its pages do not say.',
    '',
    '## The same in two functions',
    '',
    'The stream invokes a function, which invokes another one without waiting; that one makes the bucket and writes the URI. The same',
    'assumptions, the same rows and buckets. Nobody else can listen, nothing can be replayed, and what fails is found in a log. Its trace',
    'is counted once, since the second function is called by the first.',
    '',
    itemTable(plain),
    '',
    `So the bus, the queues, the archive, and traces and functions that stand alone, cost ${money(total(registrations) - total(plain))} a million registrations more.`,
    '',
    `## A month, in ${name}`,
    '',
    itemTable(monthlyItems(facts)),
    '',
    'What a million registrations leave behind costs, in each further month:',
    '',
    itemTable(keepingItems(facts)),
    '',
    keptText(facts),
    '',
    '## What options of a stage add',
    '',
    'Calls to S3 for every new bucket. [What they do](configuration.md) is with the other settings.',
    '',
    optionTable(facts),
    '',
    ...quotaSections(facts),
    '## Assumptions',
    '',
    markdownTable(
      ['assumption', 'value', 'how it is known'],
      Object.values(ASSUMPTIONS).map(({ says, value, unit, basis }) => [says, `${quantity(value)} ${unit}`, basis]),
    ),
    '',
    '## Prices',
    '',
    markdownTable(
      ['service', 'US dollars', 'for', 'standing', 'source'],
      Object.values(PRICES).map(({ service, usd, per, unit, source, standing }) => [
        service,
        `$${usd}`,
        `${quantity(per)} ${unit}`,
        standing,
        source,
      ]),
    ),
  ].join('\n')}\n`;
}

/** How far the prices can be relied on. */
function standingText(): string[] {
  const prices: readonly Price[] = Object.values(PRICES);
  const of = (standing: Standing) => prices.filter((price) => price.standing === standing).length;
  return [
    `Prices are those of ${PRICE_REGION} in US dollars, looked up on ${PRICE_DATE}, without free tiers. Of ${prices.length}, **${of('confirmed')} are confirmed** by`,
    `AWS's own price list, **${of('likely')} are likely**, as pages of others have them, and **${of('open')} are open**: [each says](#prices) what it is, and where it`,
    'was read. The page was never compared with a bill.',
  ];
}

/** What the same costs where a Region's own prices are known. */
function regionPriceText(registrations: readonly LineItem[]): string[] {
  const rows = [...REGION_PRICES].map(([region, prices]) => [
    region,
    Object.entries(prices)
      .map(([name, usd]) => priceText({ ...PRICES[name as PriceName], usd }))
      .join(', '),
    money(total(inRegion(registrations, region))),
  ]);
  return [
    `Known are these; everything else is counted at the price of ${PRICE_REGION}:`,
    '',
    markdownTable(['Region', 'its own prices', 'a million registrations'], rows),
  ];
}

function priceText({ service, usd, per, unit }: Price): string {
  return `${service}: $${usd} for ${quantity(per)} ${unit}`;
}

function itemTable(items: readonly LineItem[]): string {
  const rows = items.map(({ what, price, units, usd }) => [
    what,
    `${quantity(units)} ${PRICES[price].unit}`,
    money(usd),
  ]);
  return markdownTable(['what', 'how much', 'cost'], [...rows, ['**together**', '', `**${money(total(items))}**`]]);
}

function keptText({ archiveDays, logDays }: StackFacts): string {
  const archived = archiveDays === undefined ? 'are not archived' : `stay in the archive ${archiveText(archiveDays)}`;
  return `Events ${archived}; logs stay for ${logDays} days.`;
}
