import type { Bus } from './bus.ts';
import type { Buses } from './buses.ts';
import { busIn, type Operations, pageOf, prefixIn } from './event-bridge-request.ts';

/** Source: EventBridge API reference, ListEventBuses. */
const BUS_NAME = { pattern: '[/\\.\\-_A-Za-z0-9]+', most: 256 };

/** Buses by API. They come from templates, so that none can be made or removed here. */
export function busOperations(buses: Buses): Operations {
  return {
    ListEventBuses: (request) => {
      const prefix = prefixIn(request, BUS_NAME);
      const all = buses.all().filter(({ name }) => name.startsWith(prefix));
      const { items, more } = pageOf(request, all, ({ name }) => name);
      return { EventBuses: items.map(describeBus), ...more };
    },
    DescribeEventBus: (request) => describeBus(busIn(buses, request, 'Name')),
  };
}

/** Recorded on AWS in December 2024. Times are in seconds since the Unix epoch. */
function describeBus({ name, arn, createdAt, modifiedAt, description }: Bus): object {
  return {
    Name: name,
    Arn: arn,
    ...(description !== undefined && { Description: description }),
    CreationTime: createdAt / 1000,
    LastModifiedTime: modifiedAt / 1000,
  };
}
