/** A handler's AWS clients send the trace of `_X_AMZN_TRACE_ID` in this header. */
export const TRACE_HEADER = 'x-amzn-trace-id';

const ROOT = /(?:^|;)Root=1-([0-9a-f]{8})-([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})(?:;|$)/;

/**
 * The trace of an invocation, not sampled. On AWS its root is independent of the request id. Here it is made of the id, so
 * a call shows which invocation made it.
 * Source: X-Ray developer guide, tracing header; Lambda developer guide, environment variables.
 * @param requestId a UUID
 */
export function traceHeaderOf(requestId: string): string {
  const digits = requestId.replaceAll('-', '');
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Sampled=0`;
}

/** The request id of the invocation that made a call, by the call's header; undefined for a call of no function. */
export function requestIdOf(header: string | readonly string[] | undefined): string | undefined {
  const [, ...parts] = (typeof header === 'string' && ROOT.exec(header)) || [];
  return parts.length > 0 ? parts.join('-') : undefined;
}
