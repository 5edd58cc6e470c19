/** CloudWatch: its API, the metrics that are counted here, alarms, and the resource types of alarms and dashboards. */

import type { Account } from '../core/account.ts';
import type { Clock } from '../core/clock.ts';
import type { ServiceApi } from '../protocols/http.ts';
import type { Queues } from '../sqs/index.ts';
import { Alarms } from './alarms.ts';
import { CloudWatch, measureQueues, sampleQueues } from './cloudwatch.ts';
import { cloudWatchApi } from './cloudwatch-api.ts';
import type { MetricHistory } from './metric-history.ts';

export { cloudWatchAlarm } from './alarm-resource.ts';
export type { Alarms } from './alarms.ts';
export { cloudWatchDashboard } from './cloudwatch.ts';
export { metricsOf } from './counted-metrics.ts';
export { MetricHistory } from './metric-history.ts';

interface MetricServices {
  readonly account: Account;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly metrics: MetricHistory;
  readonly dashboards: ReadonlyMap<string, string>;
  readonly alarms: Alarms;
}

/** The alarms of an account that has none yet. */
export function createAlarms({
  account,
  clock,
  queues,
  metrics,
}: Omit<MetricServices, 'dashboards' | 'alarms'>): Alarms {
  return new Alarms({
    clock,
    history: metrics,
    measure: (metric) => measureQueues({ queues, account }, metric, clock.now()),
    measureAll: (at) => sampleQueues(queues, at, clock.now()),
  });
}

export function metricsApi({ queues, metrics, ...services }: MetricServices): ServiceApi {
  const { account, clock } = services;
  const cloudWatch = new CloudWatch({
    ...services,
    measure: (metric) => measureQueues({ queues, account }, metric, clock.now()),
    history: metrics,
  });
  return cloudWatchApi((operation, request) => cloudWatch.handle(operation, request));
}
