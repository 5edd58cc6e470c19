import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { createClient } from './aws-client.ts';
import { readEnvironment } from './environment.ts';
import { createPublisher, type Publish } from './publish.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * Lets a service publish to the bus: for composition roots whose subscription asks for `publish-events`.
 *
 * @throws {Error} if it does not: then nothing says which bus
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
