import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { EventBus, IEventBus } from 'aws-cdk-lib/aws-events';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { SchemaValidator } from '../../schemas/event-contract.ts';
import type { AnyWhere, Where } from '../../services/shared/where.ts';
import type { SubscriberAlarms } from './subscriber-alarms.ts';

/** An event, as far as a subscriber must know it. The contracts of `schemas/` are such. */
export interface SubscribedEvent<Detail = unknown> {
  /** The producer's name, the envelope's `source`. */
  readonly source: string;
  /** The fact's name, the envelope's `detail-type`. */
  readonly detailType: string;
  /**
   * The version of the contract that `where` is written for.
   * @default - the newest
   */
  readonly schemaVersion?: number;
  /**
   * Says what the event holds. Only its type counts.
   * @default - that is not known
   */
  readonly validateDetail?: SchemaValidator<Detail>;
}

/**
 * Properties of a subscriber. Defaults are those of a subscription, and of a cautious stage.
 *
 * @typeParam Detail what the event holds, which is known of a contract: then the fields of `where` are typed
 */
export interface SubscriberProps<Detail = unknown> {
  /** Its name, in log lines, metrics and traces. In this project, the name of its folder under `services/`. */
  readonly serviceName: string;

  /** The bus that it subscribes to. */
  readonly bus: EventBus | IEventBus;

  /** The event that it gets, such as a contract of `schemas/`. */
  readonly event: SubscribedEvent<Detail>;

  /**
   * Version of the event that reaches it.
   * @default 'any'
   */
  readonly schemaVersion?: number | 'any';

  /**
   * Which of these events reach it, by fields of their `data`: `{ region: ['eu-west-1', { prefix: 'us-' }] }`. What AWS would refuse
   * is refused at synthesis, and by a contract of this project also what no event can fulfil.
   * @default {} all of them
   */
  readonly where?: Detail extends { readonly data: infer Data } ? Where<Data> : AnyWhere;

  /** The bundled handler: `index.mjs`, which exports `handler`. */
  readonly code: Code;

  /**
   * The time that one batch may take.
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;

  /**
   * Batches that are handled at the same time, 2 to 1,000.
   * @default 10
   */
  readonly concurrency?: number;

  /**
   * Events in one batch at most, 1 to 10.
   * @default 10
   */
  readonly batchSize?: number;

  /**
   * Whether replayed events reach it.
   * @default 'receive'
   */
  readonly replays?: 'receive' | 'skip';

  /**
   * The least severe log lines that are kept. With a level above INFO, Lambda would drop the metrics, which are lines without a
   * level.
   * @default 'INFO'
   */
  readonly logLevel?: 'DEBUG' | 'INFO';

  /**
   * How long the log is kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to log and dead-letter queue when the stack is deleted.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * When its alarms go off, and the topic that is notified.
   * @default - the default of each, and no topic
   */
  readonly alarms?: SubscriberAlarms;
}
