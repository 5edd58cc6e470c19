/** CloudWatch: its API, the metrics that are counted here, and the resource type of a dashboard. */

import type { Account } from '../core/account.ts';
import type { Clock } from '../core/clock.ts';
import type { ServiceApi } from '../protocols/http.ts';
import type { Queues } from '../sqs/index.ts';
import { CloudWatch, measureQueues } from './cloudwatch.ts';
import { cloudWatchApi } from './cloudwatch-api.ts';
import type { MetricHistory } from './metric-history.ts';

export { cloudWatchDashboard } from './cloudwatch.ts';
export { metricsOf } from './counted-metrics.ts';
export { MetricHistory } from './metric-history.ts';

interface MetricServices {
  readonly account: Account;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly metrics: MetricHistory;
  readonly dashboards: ReadonlyMap<string, string>;
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
