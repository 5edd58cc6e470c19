import type { AwsError } from './core/aws-error.ts';
import type { ApiCall, AroundCall } from './gateway/answers.ts';
import { callPermission } from './gateway/service-apis.ts';
import { requestIdOf, TRACE_HEADER } from './protocols/http.ts';
import type { Services } from './services.ts';

/**
 * Whether a call is of those by which the engine is watched, many times a second: an entry for each would fill the journal, and
 * be news itself. The same calls of a function are part of what happened.
 */
function isWatching({ service, operation }: ApiCall, invocation: string | undefined): boolean {
  if (invocation !== undefined) return false;
  return ['logs', 'monitoring'].includes(service) || operation === 'DescribeStacks';
}

/** The name of the function that works on an invocation; undefined if it has ended. */
function functionRunning(requestId: string, { functions }: Services): string | undefined {
  return [...functions.values()].find(({ running }) => running.has(requestId))?.name;
}

/** Every call is authorized, runs with the faults that are set for it, and leaves its outcome in the journal. */
export function aroundCalls(services: Services): AroundCall {
  const { journal, faults } = services;
  const checkPermission = callPermission(services);
  return async (call, run) => {
    const { service, operation, accessKeyId, request, requestId } = call;
    const invocation = requestIdOf(request.headers[TRACE_HEADER]);
    const note = (outcome: Readonly<Record<string, unknown>>) =>
      journal.write('api-call', { service, operation, accessKeyId, requestId, invocation, ...outcome });
    const judged = () => {
      checkPermission(call);
      return run();
    };
    const context = {
      requestId,
      ...(invocation !== undefined && { invocation }),
      get functionName() {
        return invocation === undefined ? undefined : functionRunning(invocation, services);
      },
    };
    try {
      const response = await faults.around(`${service}:${operation}`, judged, context);
      if (!isWatching(call, invocation)) note({ status: response.status });
      return response;
    } catch (error) {
      const { code = 'InternalFailure', status = 500, message } = error as Partial<AwsError> & Error;
      note({ status, code, message });
      throw error;
    }
  };
}
