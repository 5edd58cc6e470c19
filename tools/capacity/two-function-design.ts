import { assumed } from './assumptions.ts';
import { functionItems, item, type LineItem, REGISTRATIONS, rowItems } from './line-items.ts';
import type { StackFacts } from './stack-facts.ts';

/**
 * What a million registrations cost in the plainest design: the stream invokes a function, which invokes another one without
 * waiting, which makes the bucket and writes the URI. No bus, no queue, no archive: nobody else can listen, nothing can be
 * replayed, and what fails is found in a log. The same assumptions as for the pipeline, its functions' memory, and a filter on
 * the stream as well. The second function's trace is counted as part of the first one's, which the call carries on.
 */
export function twoFunctionItems({ subscribers }: StackFacts): LineItem[] {
  const work = {
    invocations: REGISTRATIONS,
    events: REGISTRATIONS,
    memoryMb: Math.max(...subscribers.map(({ memoryMb }) => memoryMb)),
  };
  return [
    ...rowItems(),
    ...functionItems('first function', {
      ...work,
      ms: assumed('ownMs') + assumed('asyncInvokeMs'),
      isTraced: subscribers.some(({ isTraced }) => isTraced),
    }),
    ...functionItems('second function', {
      ...work,
      ms: assumed('ownMs') + assumed('createBucketMs') + assumed('updateItemMs'),
      isTraced: false,
    }),
    item('second function: calls to S3 for the bucket', 'bucketRequests', REGISTRATIONS),
  ];
}
