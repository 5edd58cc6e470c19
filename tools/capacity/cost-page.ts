import { join } from 'node:path';
import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { stageTemplate } from '../stage-template.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import { archiveText, factTable, furtherText, money, optionTable, quantity, streamText } from './cost-sections.ts';
import { leavingText } from './leaving-costs.ts';
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
import { quotaSections } from './quota-sections.ts';
import { type StackFacts, type StageFacts, stackFacts } from './stack-facts.ts';

/** Stages of cdk.json that the page shows; the last one in detail. */
const STAGES = ['dev', 'prod'];

/** Subscribers of the pipeline itself. The page says separately what one more costs. */
const OWN_SUBSCRIBERS = ['bucket-service', 'uri-recorder'];

export const COST_PAGE = join(import.meta.dirname, '..', '..', 'docs', 'cost.md');

/** The current content of the page, from the synthesized stack without asset hashes. */
export async function costPage(): Promise<string> {
  const stages = await Promise.all(
    STAGES.map(async (name) => ({
      name,
      facts: stackFacts(await stageTemplate({ stage: name }, (each) => OWN_SUBSCRIBERS.includes(each))),
    })),
  );
  const leaving = stackFacts(
    await stageTemplate({ stage: 'leaving', stages: { leaving: { whenUserLeaves: 'empty-and-delete' } } }),
  );
  const usual = stackFacts(await stageTemplate({ stage: 'usual', stages: { usual: {} } }));
  return renderCostPage(stages, leavingText(usual, leaving));
}

const MILLION = 1_000_000;

/**
 * The page as Markdown.
 * @param stages the last one is shown in detail
 * @param ofLeaving what it costs when users leave
 */
function renderCostPage(stages: readonly StageFacts[], ofLeaving: string): string {
  const detailed = stages.at(-1);
  if (detailed === undefined) throw new Error('The page needs at least one stage.');
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
          'each further month, for the data of a million registrations',
          ...stages.map((stage) => money(total(keepingItems(stage.facts)))),
          'the rows and logs',
        ],
      ],
    ),
    '',
    `**The buckets cost more than everything else.** Each bucket of an account beyond the first ${quantity(FREE_BUCKETS)} costs ${money(PRICES.buckets.usd)} a month, in any design:`,
    `a million users cost ${money(costOf('buckets', MILLION - FREE_BUCKETS))} a month. The content of buckets is charged in addition.`,
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
    'A replay of a million events to the subscriber that does least:',
    '',
    itemTable(replayItems(facts)),
    '',
    'AWS does not say whether it also charges for events of the window that no rule matches.',
    '',
    '## The same in two functions',
    '',
    'The stream invokes a function, which invokes another one without waiting; the second one makes the bucket and writes the URI. The',
    'assumptions, rows and buckets are the same. No one else can subscribe, nothing can be replayed, and failures are only in a log. The',
    'trace is counted once, because the first function calls the second.',
    '',
    itemTable(plain),
    '',
    `So the bus, the queues, the archive, and separate functions and traces cost ${money(total(registrations) - total(plain))} more per million registrations.`,
    '',
    `## A month, in ${name}`,
    '',
    itemTable(monthlyItems(facts)),
    '',
    'Storing the data of a million registrations costs, in each further month:',
    '',
    itemTable(keepingItems(facts)),
    '',
    keptText(facts),
    '',
    '## What options of a stage add',
    '',
    'Calls to S3 for every new bucket. [Configuration](configuration.md) says what the options do.',
    '',
    optionTable(facts),
    '',
    ofLeaving,
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
      ['service', 'US dollars', 'for', 'status', 'source'],
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

/** How reliable the prices are. */
function standingText(): string[] {
  const prices: readonly Price[] = Object.values(PRICES);
  const of = (standing: Standing) => prices.filter((price) => price.standing === standing).length;
  return [
    `Prices are those of ${PRICE_REGION} in US dollars, as of ${PRICE_DATE}, without free tiers. Of ${prices.length} prices, **${of('confirmed')} are confirmed** by`,
    `AWS's own price list, **${of('likely')} are likely**, taken from other sources, and **${of('open')} are open**: see [prices](#prices) for the status and source of`,
    'each. The page was never compared with a bill.',
  ];
}

/** The same costs in Regions whose own prices are known. */
function regionPriceText(registrations: readonly LineItem[]): string[] {
  const rows = [...REGION_PRICES].map(([region, prices]) => [
    region,
    Object.entries(prices)
      .map(([name, usd]) => priceText({ ...PRICES[name as PriceName], usd }))
      .join(', '),
    money(total(inRegion(registrations, region))),
  ]);
  return [
    `These prices are known; everything else is counted at the price of ${PRICE_REGION}:`,
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
  return markdownTable(['what', 'how much', 'cost'], [...rows, ['**total**', '', `**${money(total(items))}**`]]);
}

function keptText({ archiveDays, logDays }: StackFacts): string {
  const archived = archiveDays === undefined ? 'are not archived' : `stay in the archive ${archiveText(archiveDays)}`;
  return `Events ${archived}; logs stay for ${logDays} days.`;
}
