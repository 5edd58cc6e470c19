import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { createClient } from './aws-client.ts';
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
export function publishToBus(telemetry: Telemetry): Publish {
  const { EVENT_BUS_NAME } = readEnvironment(['EVENT_BUS_NAME']);
  const events = createClient(EventBridgeClient, telemetry);
  return createPublisher({
    eventBusName: EVENT_BUS_NAME,
    putEvents: (input) => events.send(new PutEventsCommand(input)),
  });
}
