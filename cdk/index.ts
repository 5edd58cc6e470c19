/** What CDK apps of other teams need to subscribe to the bus: `user-bucket-pipeline/cdk`. */
export { importEventBus } from './constructs/event-bus.ts';
export { Subscriber } from './constructs/subscriber.ts';
export type { SubscriberAlarms } from './constructs/subscriber-alarms.ts';
export type { SubscriberProps } from './constructs/subscriber-props.ts';
export { ConfigError, checkContext, runApp } from './context.ts';
export { bundleHandler } from './handler-bundles.ts';
