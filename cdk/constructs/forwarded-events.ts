import { Names, RemovalPolicy } from 'aws-cdk-lib';
import { CfnEventBusPolicy, CfnRule, EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';

/** Properties of forwarded events. */
export interface ForwardedEventsProps {
  /**
   * The other account's bus: the output `EventBusArn` of its stack. In the Region of this stack, and as
   * text: no token, so that policies can name its parts.
   */
  readonly busArn: string;

  /** The events that are forwarded, such as contracts of `user-bucket-pipeline/events`. */
  readonly events: readonly { readonly source: string; readonly detailType: string }[];

  /**
   * Whether replayed events are forwarded. Choose here and not at a subscriber: it is not documented that the mark of a replay is
   * kept from bus to bus.
   * @default 'receive'
   */
  readonly replays?: 'receive' | 'skip';

  /**
   * The topic that is notified if events could not be forwarded.
   * @default - none
   */
  readonly alarmTopic?: ITopic | Topic;
}

/** EventBridge's defaults (user guide, eb-rule-retry-policy). */
const RETRY_POLICY = { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 };

/**
 * Events of a bus in another account, on a bus of this one:
 *
 *     their bus ─rule, made by this stack─▶ `bus` ─rule─▶ queue ─▶ function
 *
 * Their account must be told to let this one subscribe (`busSubscribers` of their stage). Then give `bus` to a `Subscriber`.
 *
 * The rule is part of their account, though this stack makes and removes it. AWS lets a rule send to a queue of another account only
 * with a role in the account of the bus, which this stack could not make; to a bus, the bus's own policy is enough (decision 0036).
 *
 * @example
 * const { bus } = new ForwardedEvents(this, 'Pipeline', { busArn, events: [BucketCreated] });
 * new Subscriber(this, 'Directory', { bus, event: BucketCreated, serviceName: 'directory', code });
 */
export class ForwardedEvents extends Construct {
  /** Holds the forwarded events, and takes no others. */
  readonly bus: EventBus;

  /** ARN of the rule in their account: the bus team can replay events to it alone. */
  readonly ruleArn: string;

  /** @throws Error for an ARN that is not of a bus */
  constructor(scope: Construct, id: string, props: ForwardedEventsProps) {
    super(scope, id);
    const { busArn, events, replays = 'receive' } = props;
    const theirs = partsOf(this, busArn);
    // A name of our own, so that the policies can name the rule before it is made.
    const name = Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });
    this.ruleArn = `arn:${theirs.partition}:events:${theirs.region}:${theirs.account}:rule/${theirs.busName}/${name}`;

    this.bus = new EventBus(this, 'Bus', { description: `Events of ${busArn}` });
    // It holds nothing: what cannot be delivered from it is in the dead-letter queues.
    this.bus.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const onlyThatRule = { ArnEquals: { 'aws:SourceArn': this.ruleArn } };
    const policy = new CfnEventBusPolicy(this, 'MayForward', {
      eventBusName: this.bus.eventBusName,
      statementId: 'forwarded-events',
      statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:${theirs.partition}:iam::${theirs.account}:root` },
        Action: 'events:PutEvents',
        Resource: this.bus.eventBusArn,
        Condition: onlyThatRule,
      },
    });

    const { queue: dlq } = new DeadLetterQueue(this, 'DeadLetters', {
      owner: 'Forwarding of events',
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      takesFromQueues: false, // the rule sends to it itself
      ...(props.alarmTopic && { alarmTopic: props.alarmTopic }),
    });
    dlq.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [dlq.queueArn],
        conditions: onlyThatRule,
      }),
    );

    const rule = new CfnRule(this, 'Rule', {
      name,
      description: `Forwards events to ${this.node.path}`,
      eventBusName: busArn,
      eventPattern: {
        source: unique(events.map(({ source }) => source)),
        'detail-type': unique(events.map(({ detailType }) => detailType)),
        ...(replays === 'skip' && {
          'replay-name': [{ exists: false }],
          detail: { metadata: { replayName: [{ exists: false }] } },
        }),
      },
      targets: [
        { id: 'Bus', arn: this.bus.eventBusArn, deadLetterConfig: { arn: dlq.queueArn }, retryPolicy: RETRY_POLICY },
      ],
    });
    // No alarm for events that both refuse: which dimensions CloudWatch gives a rule on a bus of another account is not documented.
    // It could send before it may.
    rule.addResourceDependency(policy);
  }
}

/** Source: EventBridge API reference, PutRule, EventBusName. */
const BUS_ARN =
  /^arn:(?<partition>aws[\w-]*):events:(?<region>[a-z0-9-]+):(?<account>\d{12}):event-bus\/(?<busName>[\w./-]+)$/;

function partsOf(scope: Construct, busArn: string): Readonly<Record<string, string>> {
  const parts = BUS_ARN.exec(busArn)?.groups;
  if (parts !== undefined) return parts;
  throw new Error(`${scope.node.path}: busArn must be the ARN of a bus, written out; got ${busArn}`);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
