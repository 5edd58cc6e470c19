/** CloudWatch: its API, the metrics that are counted here, and the resource type of a dashboard. */

export { CloudWatch, cloudWatchDashboard } from './cloudwatch.ts';
export { cloudWatchApi } from './cloudwatch-api.ts';
export type { Metric } from './cloudwatch-request.ts';
export { metricsOf } from './counted-metrics.ts';
export { MetricHistory } from './metric-history.ts';
export { measureQueues } from './queue-metrics.ts';
