/**
 * How the namespace of the services' metrics in CloudWatch begins, and what they are called. The stack's name follows, and their one
 * dimension is `service`.
 */
export const METRICS_NAMESPACE = 'UserBucketPipeline';

/** Events that a service handled, and attempts at one that failed. */
export const EVENTS_HANDLED = 'EventsHandled';
export const EVENTS_FAILED = 'EventsFailed';

/**
 * How long a user waited: from their registration until the bucket's URI first stood in their row, in milliseconds. A
 * registration is dated in whole seconds, rounded down, so that up to a second is measured too much.
 */
export const REGISTRATION_TO_URI = 'RegistrationToUri';

/** The service that measures it. */
export const SERVICE_LEVEL_SERVICE = 'uri-recorder';
