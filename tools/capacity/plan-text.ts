import { columns } from '../../cli/output/table-text.ts';
import { written } from './limits.ts';
import { ASK_AT, type CapacityPlan, type Demand, FILL, type Reading } from './plan-capacity.ts';
import { PRICE_REGION } from './prices.ts';
import { BUCKETS, QUOTA_DATE } from './quotas.ts';

/** What a person is told: what binds first, then what to do, in this order. */
export function planText(demand: Demand & { readonly region: string }, plan: CapacityPlan): string {
  const { users, signupsPerSecond, region } = demand;
  const [first] = plan.readings;
  return [
    `${written(users)} users, at most ${rate(signupsPerSecond)}, in ${region}. Quotas as of ${QUOTA_DATE}.`,
    ...plan.gaps.map((line) => `! ${line}`),
    '',
    first === undefined ? '' : firstText(first),
    '',
    'One account, as it is:',
    columns([
      ['limit', 'enough for', 'used', 'why'],
      ...plan.readings.map((reading) => [reading.name, enough(reading), percent(reading), reading.because]),
    ]).trimEnd(),
    '',
    'Plan:',
    ...planSteps(demand, plan).map((step, index) => `${index + 1}. ${step}`),
    '',
    'Not known: how often a second S3 makes buckets. AWS publishes no number, and answers 503 SlowDown, which is repeated. Try',
    'your rate before you need it.',
    '',
  ].join('\n');
}

function firstText(first: Reading): string {
  const state = first.utilization > 1 ? 'Binds first' : 'Nothing binds; the tightest is';
  return `${state}: ${first.name}, enough for ${enough(first)} (${percent(first)} used).`;
}

/** What to do, in order: each sentence says when. */
export function planSteps({ users }: Demand, plan: CapacityPlan): string[] {
  const { accounts, usersPerAccount, toRaise, bucketsUsdPerMonth, registrationsUsd } = plan;
  const bucketsToAskFor = Math.min(BUCKETS.onRequest, Math.ceil(usersPerAccount / FILL / 1000) * 1000);
  const needsMoreBuckets = usersPerAccount > BUCKETS.byDefault * ASK_AT;
  return [
    ...(accounts > 1 ? shardSteps(plan) : []),
    ...(needsMoreBuckets
      ? [
          `Before ${written(BUCKETS.byDefault * ASK_AT)} users${each(accounts)}, ask for ${written(bucketsToAskFor)} buckets: Service Quotas in us-east-1, ` +
            'Amazon S3, General purpose buckets. Above 10,000, ListBuckets must be paginated, as this project does.',
        ]
      : []),
    ...toRaise
      .filter(({ of }) => of === 'rate')
      .map(
        (limit) =>
          `Before ${rate(limit.enoughFor * ASK_AT)}${each(accounts)} (${limit.name}): ${limit.mend}. At least ${written(limit.needed)} ${limit.unit}.`,
      ),
    ...(bucketsUsdPerMonth > 0
      ? [`Expect ${dollars(bucketsUsdPerMonth)} a month for the buckets themselves, with ${written(users)} users.`]
      : []),
    `Expect ${dollars(registrationsUsd)} once, for all registrations: by the Region's own prices where docs/cost.md has them, else by those of ${PRICE_REGION}.`,
    ...(needsMoreBuckets || toRaise.length > 0
      ? []
      : ['Nothing needs to be asked for. Look again when either number doubles.']),
  ];
}

function shardSteps({ accounts, usersPerAccount, signupsPerSecondPerAccount }: CapacityPlan): string[] {
  const perAccount = `${written(usersPerAccount)} users and ${rate(signupsPerSecondPerAccount)} at most`;
  return [
    `Take ${accounts} accounts, each with a stack of its own, table included: ${perAccount} in each. No account holds more than ` +
      `${written(BUCKETS.onRequest)} buckets, and ${FILL * 100} % of that are planned for.`,
    `Let the sign-up service choose the account: the first 4 bytes of the SHA-256 of the user id, modulo ${accounts}. Keep the choice ` +
      'beside the user, since a bucket never moves.',
    `Should more than ${written(accounts * BUCKETS.onRequest * FILL)} users come, add accounts before that, for those who come from then on, with a ` +
      'modulus of their own.',
  ];
}

function each(accounts: number): string {
  return accounts > 1 ? ' in an account' : '';
}

function enough({ of, enoughFor }: Reading): string {
  return of === 'users' ? `${written(enoughFor)} users` : rate(enoughFor);
}

function percent({ utilization }: Reading): string {
  return `${Math.ceil(utilization * 100).toLocaleString('en-US')} %`;
}

function rate(perSecond: number): string {
  const number = perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.floor(perSecond);
  return `${number.toLocaleString('en-US')} sign-ups/s`;
}

function dollars(usd: number): string {
  return `$${Math.ceil(usd).toLocaleString('en-US')}`;
}
