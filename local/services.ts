import type { Account } from './account.ts';
import type { Clock } from './clock.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { DynamoDbStream } from './dynamodb-stream.ts';
import type { EventBridge } from './event-bridge.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { Faults } from './faults.ts';
import type { PolicyDocument } from './iam.ts';
import type { Journal } from './journal.ts';
import type { LambdaFunction } from './lambda.ts';
import type { Pipe } from './pipe.ts';
import type { Queues } from './queues.ts';
import type { RuleDelivery } from './rule-delivery.ts';

/** What resources are made in: the services of the stand-in account, and the parts that run between them. */
export interface Services {
  readonly account: Account;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly endpoint: string;
  readonly dynamodb: DynamoDb;
  /** By stream ARN. */
  readonly streams: Map<string, DynamoDbStream>;
  readonly queues: Queues;
  /** By queue ARN. */
  readonly queuePolicies: Map<string, PolicyDocument[]>;
  readonly events: EventBridge;
  readonly delivery: RuleDelivery;
  /** By function name. */
  readonly functions: Map<string, LambdaFunction>;
  /** By mapping id. */
  readonly mappings: Map<string, EventSourceMapping>;
  /** By pipe name. */
  readonly pipes: Map<string, Pipe>;
}
