import { gapLines } from '../../cdk/region-gaps.ts';
import { type Limit, limitsOf } from './limits.ts';
import { inRegion, REGISTRATIONS, registrationItems, total } from './line-items.ts';
import { costOf, FREE_BUCKETS, PRICE_REGION } from './prices.ts';
import { BUCKETS, type EventBridgeQuotas } from './quotas.ts';
import type { StackFacts } from './stack-facts.ts';

/** What is to be borne. */
export interface Demand {
  /** All of them, some day. */
  readonly users: number;
  /** At the busiest time. */
  readonly signupsPerSecond: number;
}

/** A limit, and how much of it the demand takes. */
export interface Reading extends Limit {
  /** 1 is all of it. */
  readonly utilization: number;
  /** As much of it as leaves the demand room to grow by a quarter. */
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
  /** Limits that still do not suffice in one of these accounts, the tightest first. */
  readonly toRaise: readonly Reading[];
  /** US dollars a month for the buckets themselves, once all users are there. */
  readonly bucketsUsdPerMonth: number;
  /** US dollars for all registrations, once, by the Region's own prices as far as they are known. */
  readonly registrationsUsd: number;
}

/** An account is not filled to the last bucket: it holds others too, and hashing fills no two accounts alike. */
export const FILL = 0.9;

/** What is asked for is asked for before this share of a limit is used: an answer takes days. */
export const ASK_AT = 0.8;

/**
 * Decides how many accounts a demand takes, and which of their limits are to be raised.
 *
 * Buckets decide the number of accounts, since theirs is the one quota with an end that AWS names. All rates can be raised or
 * waited for: what is over them waits in the stream and in queues.
 */
export function planCapacity(
  demand: Demand,
  facts: StackFacts,
  quotas: EventBridgeQuotas,
  region: string = PRICE_REGION,
): CapacityPlan {
  const limits = limitsOf(facts, quotas);
  const accounts = Math.max(1, Math.ceil(demand.users / (BUCKETS.onRequest * FILL)));
  const usersPerAccount = Math.ceil(demand.users / accounts);
  const signupsPerSecondPerAccount = demand.signupsPerSecond / accounts;
  const inOne = { users: usersPerAccount, signupsPerSecond: signupsPerSecondPerAccount };
  return {
    gaps: gapLines(region, namespaceOf(facts)),
    readings: readings(limits, demand),
    accounts,
    usersPerAccount,
    signupsPerSecondPerAccount,
    toRaise: readings(limits, inOne).filter(({ utilization }) => utilization > ASK_AT),
    bucketsUsdPerMonth: costOf('buckets', Math.max(0, demand.users - FREE_BUCKETS * accounts), region),
    registrationsUsd: (total(inRegion(registrationItems(facts), region)) * demand.users) / REGISTRATIONS,
  };
}

function namespaceOf({ subscribers }: StackFacts): 'account-regional' | 'global' {
  return subscribers.some(({ variables }) => variables.BUCKET_NAMESPACE === 'global') ? 'global' : 'account-regional';
}

function readings(limits: readonly Limit[], { users, signupsPerSecond }: Demand): Reading[] {
  return limits
    .map((limit) => {
      const utilization = (limit.of === 'users' ? users : signupsPerSecond) / limit.enoughFor;
      return { ...limit, utilization, needed: Math.ceil((utilization * limit.amount) / ASK_AT) };
    })
    .sort((a, b) => b.utilization - a.utilization);
}
