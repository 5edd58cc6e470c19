import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { MiddlewareObj } from '@middy/core';

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

/** Tracing as the services see it, whether or not anything traces. */
export interface Tracing {
  /** Middleware that gives each invocation its own subsegment. Absent where nothing traces. */
  readonly middleware?: MiddlewareObj;
  /** Traces each call of an AWS SDK client. */
  captureClient<TClient>(client: TClient): TClient;
  /** Runs `work` in a subsegment of the invocation's, marked so that a trace can be found by it. */
  inSubsegment<T>(name: string, annotations: Annotations, work: () => Promise<T>): Promise<T>;
}

export type Annotations = Readonly<Record<string, string | undefined>>;

const NO_TRACING: Tracing = {
  captureClient: (client) => client,
  inSubsegment: (_name, _annotations, work) => work(),
};

/**
 * Loads X-Ray tracing only in the Lambda runtime. Other places, such as CloudShell, set AWS_EXECUTION_ENV too, but nothing
 * there takes traces, and the tracer would log a warning for every event.
 * Importing the tracer has a cost even if it is disabled: its SDK takes some 50 ms, and then tracks every promise of the process.
 *
 * @param environment read for `AWS_EXECUTION_ENV` and `POWERTOOLS_TRACE_ENABLED`
 */
export async function loadTracing(environment: Readonly<Record<string, string | undefined>>): Promise<Tracing> {
  const isLambda = environment.AWS_EXECUTION_ENV?.startsWith('AWS_Lambda_');
  if (!isLambda || environment.POWERTOOLS_TRACE_ENABLED === 'false') return NO_TRACING;
  const [{ Tracer }, { captureLambdaHandler }] = await Promise.all([
    import('@aws-lambda-powertools/tracer'),
    import('@aws-lambda-powertools/tracer/middleware'),
  ]);
  // SDK clients are captured one by one: patching Node's HTTP modules as well would not reach an ES module's imports.
  const tracer = new Tracer({ captureHTTPsRequests: false });
  return {
    middleware: captureLambdaHandler(tracer, { captureResponse: false }),
    captureClient: (client) => tracer.captureAWSv3Client(client),
    async inSubsegment(name, annotations, work) {
      // Never made the active segment: events of a batch run at the same time, and there is only one active segment.
      const subsegment = tracer.getSegment()?.addNewSubsegment(name);
      for (const [key, value] of Object.entries(annotations)) {
        if (value !== undefined) subsegment?.addAnnotation(key, value);
      }
      try {
        return await work();
      } catch (error) {
        subsegment?.addError(error instanceof Error ? error : String(error));
        throw error;
      } finally {
        subsegment?.close();
      }
    },
  };
}
