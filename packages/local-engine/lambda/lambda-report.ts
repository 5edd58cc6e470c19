/** An invocation that ended without the handler's answer. */
export interface FailedInvocation {
  readonly requestId: string;
  /** Unix epoch milliseconds at which it ended. */
  readonly at: number;
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Lambda's own name for it, such as `Sandbox.Timedout`, or that of the error which the handler threw. */
  readonly errorType: string;
}

/**
 * The line about a failed invocation in a function's log, as Lambda writes it in its JSON format: by it, whoever reads logs
 * learns of a timeout or a crash, of which the function itself cannot tell.
 * Source: Lambda developer guide, Telemetry API event schema, `platform.report`. What is an error and what a failure is not
 * said there: here an error is what the handler threw.
 */
export function failureReport({ requestId, at, durationMs, memoryMb, errorType }: FailedInvocation): string {
  const metrics = { durationMs, billedDurationMs: Math.ceil(durationMs), memorySizeMB: memoryMb };
  const record = { requestId, metrics, ...statusOf(errorType) };
  return JSON.stringify({ time: new Date(at).toISOString(), type: 'platform.report', record });
}

function statusOf(errorType: string): { readonly status: string; readonly errorType?: string } {
  if (errorType === 'Sandbox.Timedout') return { status: 'timeout' };
  return { status: errorType.startsWith('Runtime.') ? 'failure' : 'error', errorType };
}
