import { gapLines } from '../../cdk/region-gaps.ts';
import { columns } from '../../cli/output/output.ts';
import { type Limit, written } from './limit.ts';
import { limitsOf } from './limits.ts';
import { inRegion, REGISTRATIONS, registrationItems, total } from './line-items.ts';
import { type PipeLoad, pipeLoad } from './pipe-rate.ts';
import { costOf, FREE_BUCKETS, PRICE_REGION } from './prices.ts';
import { BUCKETS, type EventBridgeQuotas, QUOTA_DATE } from './quotas.ts';
import type { StackFacts } from './stack-facts.ts';

/** The load to plan for. */
export interface Demand {
  /** All users, in the end. */
  readonly users: number;
  /** At the busiest time. */
  readonly signupsPerSecond: number;
}

/** A limit, and how much of it the demand uses. */
export interface Reading extends Limit {
  /** In its unit. */
  readonly taken: number;
  /** 1 is all of it. */
  readonly utilization: number;
  /** The value that leaves the demand room to grow by a quarter. */
  readonly needed: number;
}

export interface CapacityPlan {
  /** Parts of the stack that the Region lacks, or may lack, one line each. */
  readonly gaps: readonly string[];
  /** In one account as it is now, the tightest first. */
  readonly readings: readonly Reading[];
  /** Accounts that it takes, each with a stack of its own. */
  readonly accounts: number;
  /** Of one of these accounts. */
  readonly usersPerAccount: number;
  readonly signupsPerSecondPerAccount: number;
  /** The pipe of one of these accounts at the busiest time; absent if the stack has none. */
  readonly pipe?: PipeLoad;
  /** How long sign-ups at the busiest rate can last, in seconds, until no bucket is left in one of these accounts. */
  readonly bucketsLast: { readonly byDefault: number; readonly onRequest: number };
  /** Limits that must be raised in each of these accounts, the tightest first. */
  readonly toRaise: readonly Reading[];
  /** US dollars a month for the buckets themselves, once all users are there. */
  readonly bucketsUsdPerMonth: number;
  /** US dollars for all registrations, once, by the Region's own prices as far as they are known. */
  readonly registrationsUsd: number;
}

/** Accounts are not filled completely: they hold other buckets too, and hashing does not fill them evenly. */
export const FILL = 0.9;

/** As many as the plan puts into one account. */
export const USERS_OF_ACCOUNT = BUCKETS.onRequest * FILL;

/** Ask for more before this share of a limit is used: an answer takes days. */
export const ASK_AT = 0.8;

/**
 * Decides how many accounts a demand needs, and which of their limits to raise.
 *
 * Buckets decide the number of accounts, because theirs is the only quota with a maximum. Rates can be raised, and events over
 * a rate wait in the stream and in queues.
 */
export function planCapacity(
  demand: Demand,
  facts: StackFacts,
  quotas: EventBridgeQuotas,
  region: string = PRICE_REGION,
): CapacityPlan {
  const limits = limitsOf(facts, quotas);
  const accounts = Math.max(1, Math.ceil(demand.users / USERS_OF_ACCOUNT));
  const usersPerAccount = Math.ceil(demand.users / accounts);
  const signupsPerSecondPerAccount = demand.signupsPerSecond / accounts;
  const inOne = { users: usersPerAccount, signupsPerSecond: signupsPerSecondPerAccount };
  return {
    gaps: gapLines(region, namespaceOf(facts)),
    readings: readings(limits, demand),
    accounts,
    usersPerAccount,
    signupsPerSecondPerAccount,
    ...(facts.pipes > 0 && { pipe: pipeLoad(signupsPerSecondPerAccount, facts) }),
    bucketsLast: bucketsLast(signupsPerSecondPerAccount),
    toRaise: readings(limits, inOne).filter(({ utilization }) => utilization > ASK_AT),
    bucketsUsdPerMonth: costOf('buckets', Math.max(0, demand.users - FREE_BUCKETS * accounts), region),
    registrationsUsd: (total(inRegion(registrationItems(facts), region)) * demand.users) / REGISTRATIONS,
  };
}

function namespaceOf({ subscribers }: StackFacts): 'account-regional' | 'global' {
  return subscribers.some(({ variables }) => variables.BUCKET_NAMESPACE === 'global') ? 'global' : 'account-regional';
}

/** Seconds until the buckets of an account are used up. */
export function bucketsLast(signupsPerSecond: number): CapacityPlan['bucketsLast'] {
  return { byDefault: BUCKETS.byDefault / signupsPerSecond, onRequest: BUCKETS.onRequest / signupsPerSecond };
}

/** How much of each limit a demand takes, the tightest first. */
export function readings(limits: readonly Limit[], { users, signupsPerSecond }: Demand): Reading[] {
  return limits
    .map((limit) => {
      const taken = limit.takenBy(limit.of === 'users' ? users : signupsPerSecond);
      return { ...limit, taken, utilization: taken / limit.amount, needed: Math.ceil(taken / ASK_AT) };
    })
    .sort((a, b) => b.utilization - a.utilization);
}

/** The plan for a person: the tightest limit first, then what to do, in order. */
export function planText(demand: Demand & { readonly region: string }, plan: CapacityPlan): string {
  const { users, signupsPerSecond, region } = demand;
  const [first] = plan.readings;
  return [
    `${written(users)} users${users === USERS_OF_ACCOUNT ? ', as many as one account can hold' : ''}, at most ${rate(signupsPerSecond)}, in ${region}. Quotas as of ${QUOTA_DATE}.`,
    ...plan.gaps.map((line) => `! ${line}`),
    '',
    first === undefined ? '' : firstText(first),
    '',
    'One account, with default quotas:',
    columns([
      ['limit', 'enough for', 'used', 'why'],
      ...plan.readings.map((reading) => [reading.name, enough(reading), percent(reading), reading.because]),
    ]).trimEnd(),
    '',
    ...loadText(plan),
    '',
    'Plan:',
    ...planSteps(demand, plan).map((step, index) => `${index + 1}. ${step}`),
    '',
    ...beyondText(plan),
    'Not known: the rate at which S3 makes buckets. AWS publishes no number; S3 answers 503 SlowDown, and the call is retried. Test',
    'your rate before you need it.',
    '',
  ].join('\n');
}

/** What changes where more quota is not enough. */
function beyondText({ toRaise }: CapacityPlan): string[] {
  const lines = toRaise.flatMap(({ name, beyond }) => (beyond === undefined ? [] : [`- ${name}: ${beyond}.`]));
  return lines.length === 0 ? [] : ['Where that is not enough, the design changes:', ...lines, ''];
}

/** What the busiest time means for the pipe and for the buckets of one account. */
function loadText({
  accounts,
  pipe,
  bucketsLast: { byDefault, onRequest },
  signupsPerSecondPerAccount,
}: CapacityPlan): string[] {
  const rates = `${rate(signupsPerSecondPerAccount)}${each(accounts)}`;
  return [
    ...(pipe === undefined
      ? []
      : [
          `The pipe at ${rates}: ${pipe.shards} shards at least, each carries ${rate(pipe.shardCarries)} (an assumption, see docs/cost.md).`,
          `It sends ${written(pipe.requests)} PutEvents requests a second at most, with ${pipe.eventsPerRequest.toFixed(1)} events or more in each.`,
        ]),
    `At this rate ${written(BUCKETS.byDefault)} buckets are used up in ${duration(byDefault)}, ${written(BUCKETS.onRequest)} in ${duration(onRequest)}.`,
  ];
}

function firstText(first: Reading): string {
  const state = first.utilization > 1 ? 'First limit' : 'No limit is reached; the tightest is';
  return `${state}: ${first.name}, enough for ${enough(first)} (${percent(first)} used).`;
}

/** What to do, in order. */
export function planSteps({ users }: Demand, plan: CapacityPlan): string[] {
  const { accounts, usersPerAccount, toRaise, bucketsUsdPerMonth, registrationsUsd } = plan;
  const bucketsToAskFor = Math.min(BUCKETS.onRequest, Math.ceil(usersPerAccount / FILL / 1000) * 1000);
  const needsMoreBuckets = usersPerAccount > BUCKETS.byDefault * ASK_AT;
  return [
    ...(accounts > 1 ? shardSteps(plan) : []),
    ...(needsMoreBuckets
      ? [
          `Before ${written(BUCKETS.byDefault * ASK_AT)} users${each(accounts)}, ask for ${written(bucketsToAskFor)} buckets: Service Quotas in us-east-1, ` +
            `Amazon S3, General purpose buckets (${BUCKETS.code}). Above 10,000, ListBuckets must be paginated, as this project does.`,
        ]
      : []),
    ...toRaise.filter(({ of }) => of === 'rate').map((reading) => raiseStep(reading, accounts)),
    ...(bucketsUsdPerMonth > 0
      ? [`Expect ${dollars(bucketsUsdPerMonth)} a month for the buckets themselves, with ${written(users)} users.`]
      : []),
    `Expect ${dollars(registrationsUsd)} once, for all registrations, at the Region's own prices where docs/cost.md has them, otherwise at those of ${PRICE_REGION}.`,
    ...(needsMoreBuckets || toRaise.length > 0
      ? []
      : ['No quota needs to be raised. Check again when either number doubles.']),
  ];
}

/** What to do about a rate, and before which. */
export function raiseStep({ name, enoughFor, fix, needed, unit }: Reading, accounts = 1): string {
  return `Before ${rate(enoughFor * ASK_AT)}${each(accounts)} (${name}): ${fix}. At least ${written(needed)} ${unit}.`;
}

function shardSteps({ accounts, usersPerAccount, signupsPerSecondPerAccount }: CapacityPlan): string[] {
  const perAccount = `${written(usersPerAccount)} users and ${rate(signupsPerSecondPerAccount)} at most`;
  return [
    `Use ${accounts} accounts, each with its own stack and table: ${perAccount} in each. An account can hold at most ` +
      `${written(BUCKETS.onRequest)} buckets; the plan uses ${FILL * 100} % of that.`,
    `Let the sign-up service choose the account: the first 4 bytes of the SHA-256 of the user id, modulo ${accounts}. Store the choice ` +
      'with the user, because a bucket never moves.',
    `Before you have more than ${written(accounts * USERS_OF_ACCOUNT)} users, add accounts for new users, with a ` +
      'modulus of their own.',
  ];
}

function each(accounts: number): string {
  return accounts > 1 ? ' in an account' : '';
}

function enough({ of, enoughFor }: Reading): string {
  if (enoughFor === Number.POSITIVE_INFINITY) return 'any rate';
  return of === 'users' ? `${written(enoughFor)} users` : rate(enoughFor);
}

/** How much of a limit is taken. */
export function percent({ utilization }: Pick<Reading, 'utilization'>): string {
  return `${Math.ceil(utilization * 100).toLocaleString('en-US')} %`;
}

function rate(perSecond: number): string {
  const number = perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.floor(perSecond);
  return `${number.toLocaleString('en-US')} sign-ups/s`;
}

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, 'days'],
  [3600, 'hours'],
  [60, 'minutes'],
];

/** A duration in the unit that suits it, with a decimal below 10. */
export function duration(seconds: number): string {
  const [size, name] = UNITS.find(([each]) => seconds >= 2 * each) ?? [1, 's'];
  const digits = seconds / size < 10 ? 1 : 0;
  return `${(seconds / size).toLocaleString('en-US', { maximumFractionDigits: digits })} ${name}`;
}

function dollars(usd: number): string {
  return `$${Math.ceil(usd).toLocaleString('en-US')}`;
}
