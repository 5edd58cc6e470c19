import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { loadTracing, type Tracing } from './tracing.ts';

/** Where a service reports: structured log lines, metrics and traces. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/**
 * Creates a service's telemetry, once, in its composition root. Powertools finds its own settings in the environment:
 * `POWERTOOLS_SERVICE_NAME` and `POWERTOOLS_METRICS_NAMESPACE`, and the log level that Lambda puts there.
 * Metrics have one dimension, the service: one more per user would be one more billed metric per user.
 */
export async function createTelemetry(): Promise<Telemetry> {
  return { logger: new Logger(), metrics: new Metrics(), tracing: await loadTracing(process.env) };
}
