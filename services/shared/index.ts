/** What a handler needs that lives outside of this project: `user-bucket-pipeline/subscriber`. */
export { createClient } from './aws-client.ts';
export { publishToBus } from './bus.ts';
export { readEnvironment } from './environment.ts';
export { PermanentError, RetryableError } from './errors.ts';
export { createSubscriber, type EventContext, type SubscriberOptions } from './subscriber.ts';
export { createTelemetry, type Telemetry } from './telemetry.ts';
