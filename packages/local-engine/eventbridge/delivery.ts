export interface RuleTarget {
  readonly id: string;
  /** The target queue. */
  readonly arn: string;
  readonly dlqArn?: string;
  /** 0 to 185. */
  readonly maximumRetryAttempts: number;
  /** 60 to 86,400. */
  readonly maximumEventAgeSeconds: number;
}

/** A rule's event on its way to one target. */
export interface Delivery {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly target: RuleTarget;
  readonly eventId: string;
  /** The envelope as JSON text: what the target gets, and what its dead-letter queue gets if it cannot. */
  readonly body: string;
  /** The trace that the event was put in. @default - none, as where a pipe put it */
  readonly traceHeader?: string;
}

/** Why a delivery failed, in the words of the DLQ attributes. Source: EventBridge user guide, eb-rule-dlq. */
export interface Refusal {
  readonly code: 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'THROTTLING' | 'ERROR_FROM_TARGET';
  readonly message: string;
  /** Missing permissions and missing targets are not retried. */
  readonly isFinal: boolean;
}
