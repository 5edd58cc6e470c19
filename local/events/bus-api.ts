import type { Buses } from './buses.ts';
import type { Operations } from './event-bridge-request.ts';

/** Buses by API. They come from templates, so that none can be made or removed here. */
export function busOperations(buses: Buses): Operations {
  return {
    ListEventBuses: () => ({ EventBuses: buses.all().map(({ name, arn }) => ({ Name: name, Arn: arn })) }),
    DescribeEventBus: (request) => {
      const { name, arn } = buses.get(request.Name ?? 'default');
      return { Name: name, Arn: arn };
    },
  };
}
