/** A rule's target. It is stored as it stands: rename nothing here without reading the old names. */
export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly dlqArn?: string;
  /** 0 to 185. */
  readonly maximumRetryAttempts: number;
  /** 60 to 86,400. */
  readonly maximumEventAgeSeconds: number;
}

/** An event that a rule sends to one target. Stored until it is delivered or lost. */
export interface TargetDelivery {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly target: RuleTarget;
  readonly eventId: string;
  /** The envelope as JSON text: what the target receives, or its dead-letter queue when the delivery fails. */
  readonly body: string;
  /** The trace that the event was put in. @default - none, as where a pipe put it */
  readonly traceHeader?: string;
}

/** Why a delivery failed, in the words of the dead letter's attributes. Source: EventBridge user guide, eb-rule-dlq. */
export interface DeliveryFailure {
  readonly code: 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'THROTTLING' | 'ERROR_FROM_TARGET';
  readonly message: string;
  /** Missing permissions and missing targets are not retried. */
  readonly isFinal: boolean;
}

/**
 * A kind of target that rules can deliver to. To support another kind, add a file with one of these to this folder, and
 * a line to rule-targets.ts.
 * @typeParam Services the parts of the engine that it delivers with
 */
export interface TargetKind<Services> {
  /** In the plural, for messages: `SQS queues`. */
  readonly name: string;
  /** Whether the ARN is one of this kind. */
  readonly hasArn: (arn: string) => boolean;
  /**
   * Delivers an event to `delivery.target`, with the rule's permissions.
   * @param taken must be called in the turn in which the target has the event, so that the delivery's end is stored with it
   * @returns why it failed; undefined if it succeeded
   */
  readonly deliver: (
    services: Services,
    delivery: TargetDelivery,
    taken: () => void,
  ) => Promise<DeliveryFailure | undefined>;
}
