import { busLimits, pipeLimits } from './bus-limits.ts';
import { type Limit, limit, written } from './limit.ts';
import { ROW_WRITES, writeUnits } from './line-items.ts';
import { BUCKETS, type EventBridgeQuotas, TABLE_WRITES } from './quotas.ts';
import type { StackFacts } from './stack-facts.ts';
import { workLimits } from './work-limits.ts';

/** All limits of one account, before any quota is raised. */
export function limitsOf(facts: StackFacts, quotas: EventBridgeQuotas): Limit[] {
  return [
    bucketLimit(),
    ...tableLimits(),
    ...pipeLimits(facts, quotas),
    ...busLimits(facts, quotas),
    ...workLimits(facts),
  ];
}

function bucketLimit(): Limit {
  const { byDefault, onRequest, code, source } = BUCKETS;
  return limit({
    name: 'buckets of the account',
    of: 'users',
    amount: byDefault,
    unit: 'buckets',
    takenBy: (users) => users,
    because: `one bucket a user, ${written(byDefault)} by default, in all Regions together`,
    fix: `ask for more, up to ${written(onRequest)}: Service Quotas in us-east-1, Amazon S3, General purpose buckets (${code})`,
    beyond:
      'more accounts, each with its own stack. A high rate that lasts needs a prefix for each user in a shared bucket instead',
    source,
    status: 'documented',
  });
}

function tableLimits(): Limit[] {
  const { ofNewTable, byDefault, code, source } = TABLE_WRITES;
  const takenBy = (signups: number) => signups * writeUnits();
  const ofSignup = `${ROW_WRITES} writes a sign-up, ${writeUnits()} write units`;
  const common = { of: 'rate', unit: 'write units a second', takenBy, source, status: 'documented' } as const;
  return [
    limit({
      ...common,
      name: 'writes of a new table',
      amount: ofNewTable,
      because: `${ofSignup}; ${written(ofNewTable)} a second until the table has grown, to twice its peak in 30 minutes`,
      fix: "set the table's warm throughput beforehand, for a one-time charge: aws dynamodb update-table --warm-throughput",
    }),
    limit({
      ...common,
      name: 'writes of a table',
      amount: byDefault,
      because: `${ofSignup}; ${written(byDefault)} a second`,
      fix: `ask for more: Service Quotas, Amazon DynamoDB, Table-level write throughput limit (${code})`,
    }),
  ];
}
