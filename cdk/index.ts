/**
 * What CDK apps of other teams need to subscribe to the bus, and to make events of a table's changes: `user-bucket-pipeline/cdk`.
 * docs/cdk-api.md is written of the comments of what is exported here, in this order.
 */

export type { AnyWhere, ExistsCondition, NumberCondition, TextCondition, Where } from '../services/shared/where.ts';
export { importEventBus } from './constructs/event-bus.ts';
export { ForwardedEvents, type ForwardedEventsProps } from './constructs/forwarded-events.ts';
export { StreamPipe } from './constructs/stream-pipe.ts';
export type { RecordPattern, StreamPipeProps } from './constructs/stream-pipe-props.ts';
export { type DetailTemplate, type FromRecord, fromRecord, type TemplateValue } from './constructs/stream-template.ts';
export { Subscriber } from './constructs/subscriber.ts';
export type { SubscriberAlarms } from './constructs/subscriber-alarms.ts';
export type { SubscribedEvent, SubscriberProps } from './constructs/subscriber-props.ts';
export { ConfigError, checkContext, runApp } from './context.ts';
export { bundleHandler } from './handler-bundles.ts';
