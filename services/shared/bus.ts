import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { quietClient } from './aws-client.ts';
import { readEnvironment } from './environment.ts';
import { createPublisher, type Publish } from './publish.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * Makes a service's function that publishes to the bus; its subscription must have the access `publish-events`.
 *
 * @throws {Error} without that access, since EVENT_BUS_NAME is missing then
 *
 * @example
 * const publish = publishToBus(telemetry);
 * await publish(BucketCreatedV1, detail);
 */
export function publishToBus({ calls }: Pick<Telemetry, 'calls'>): Publish {
  const { EVENT_BUS_NAME } = readEnvironment(['EVENT_BUS_NAME']);
  const events = quietClient(EventBridgeClient);
  const publish = createPublisher({
    eventBusName: EVENT_BUS_NAME,
    putEvents: (input) => events.send(new PutEventsCommand(input)),
  });
  // Measured here and not by the client: events of a batch share a request, and each of them waits for it.
  return (contract, detail) => calls.measure('PutEvents', () => publish(contract, detail));
}
