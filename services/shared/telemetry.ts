import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { CallTimes } from './call-times.ts';

/** Where a service reports: structured log lines, metrics, and how long its calls take. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly calls: CallTimes;
}

/**
 * Creates a service's telemetry, once, in its composition root. Powertools finds its own settings in the environment:
 * `POWERTOOLS_SERVICE_NAME` and `POWERTOOLS_METRICS_NAMESPACE`, and the log level that Lambda puts there.
 * Metrics have one dimension, the service: one more per user would be one more billed metric per user.
 *
 * Traces need nothing here: Lambda records them, AWS clients pass their header on, and the logger writes `xray_trace_id`.
 */
export function createTelemetry(): Telemetry {
  return { logger: new Logger(), metrics: new Metrics(), calls: new CallTimes() };
}
