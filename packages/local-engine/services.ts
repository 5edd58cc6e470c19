import { type Alarms, createAlarms, MetricHistory, metricsOf } from './cloudwatch/index.ts';
import type { Account } from './core/account.ts';
import type { Clock } from './core/clock.ts';
import { DynamoDb, type DynamoDbStream, TableAdministration } from './dynamodb/index.ts';
import { type BusPolicyServices, busPoliciesOf, EventBridge, RuleDelivery } from './eventbridge/index.ts';
import { Access } from './iam/access.ts';
import { Roles } from './iam/roles.ts';
import { Faults } from './journal/faults.ts';
import { Journal, type JournalEntry, type JournalOptions } from './journal/journal.ts';
import {
  type EventSourceMapping,
  type LambdaFunction,
  ONE_PER_CORE,
  type StartEnvironment,
  startProcess,
} from './lambda/index.ts';
import { LogLines } from './logs/index.ts';
import type { Pipe } from './pipes/index.ts';
import { S3 } from './s3/index.ts';
import type { SnsServices } from './sns/index.ts';
import { ApiQueues, MessageMoveTasks, Queues } from './sqs/index.ts';
import { ParameterStore } from './ssm/index.ts';
import type { Storage } from './storage/storage.ts';

/** The services of the engine's account, and the parts that connect them. */
export interface Services {
  readonly account: Account;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly endpoint: string;
  readonly storage: Storage;
  readonly dynamodb: DynamoDb;
  readonly tables: TableAdministration;
  /** By stream ARN. */
  readonly streams: Map<string, DynamoDbStream>;
  readonly queues: Queues;
  readonly apiQueues: ApiQueues;
  readonly messageMoves: MessageMoveTasks;
  readonly s3: S3;
  readonly roles: Roles;
  /** Authorizes what roles do. */
  readonly access: Access;
  readonly topicPolicies: SnsServices['topicPolicies'];
  readonly busPolicies: BusPolicyServices['busPolicies'];
  readonly parameters: ParameterStore;
  readonly events: EventBridge;
  readonly delivery: RuleDelivery;
  /** What functions and pipes log. */
  readonly logs: LogLines;
  /** What was counted at each hop, and what functions measured. */
  readonly metrics: MetricHistory;
  /** Bodies of dashboards, by name. */
  readonly dashboards: Map<string, string>;
  readonly alarms: Alarms;
  /** Environment variables of every function, in addition to those of its template. */
  readonly functionVariables: Readonly<Record<string, string>>;
  /** Execution environments that one function has at the same time. */
  readonly environmentsPerFunction: number;
  readonly startEnvironment: StartEnvironment;
  /** By function name. */
  readonly functions: Map<string, LambdaFunction>;
  /** By mapping id. */
  readonly mappings: Map<string, EventSourceMapping>;
  /** By pipe name. */
  readonly pipes: Map<string, Pipe>;
}

type ServicesOptions = Pick<Services, 'account' | 'endpoint' | 'clock' | 'storage'> &
  Partial<Pick<Services, 'functionVariables' | 'environmentsPerFunction' | 'startEnvironment'>> &
  Pick<JournalOptions, 'typesOnly'>;

/** The services of an account without resources. @throws Error for what is stored and cannot be read */
export function createServices(options: ServicesOptions): Services {
  const { clock, storage, typesOnly = false } = options;
  const journal = new Journal(clock, { storage, typesOnly });
  const faults = new Faults(journal);
  const queues = new Queues({ clock, journal, faults, storage });
  try {
    return servicesAround({ journal, faults, queues }, options);
  } catch (error) {
    // Queues that are stored have timers already, which would keep the process.
    queues.close();
    throw error;
  }
}

function servicesAround(
  { journal, faults, queues }: Pick<Services, 'journal' | 'faults' | 'queues'>,
  { account, endpoint, clock, storage, functionVariables = {}, ...options }: ServicesOptions,
): Services {
  const { environmentsPerFunction = ONE_PER_CORE, startEnvironment = startProcess } = options;
  const apiQueues = new ApiQueues({ account, endpoint, clock, queues });
  const busPolicies: Services['busPolicies'] = new Map();
  const resourcePoliciesOf = (arn: string) => [
    ...(queues.find(arn)?.policies.values() ?? []),
    ...busPoliciesOf({ busPolicies }, arn),
  ];
  const roles = new Roles();
  const access = new Access({ account, journal, roles, resourcePoliciesOf });
  const dynamodb = new DynamoDb(account, storage);
  const streams: Services['streams'] = new Map();
  const metrics = historyOf(journal);
  const services: Omit<Services, 'delivery' | 'events'> = {
    account,
    clock,
    journal,
    faults,
    endpoint,
    storage,
    dynamodb,
    tables: new TableAdministration({ account, dynamodb, streams, storage, clock, journal }),
    streams,
    queues,
    apiQueues,
    messageMoves: new MessageMoveTasks({ queues, clock, journal }),
    s3: new S3({ account, storage, clock }),
    roles,
    access,
    topicPolicies: new Map(),
    busPolicies,
    parameters: new ParameterStore({ account, clock }),
    logs: new LogLines({ storage, clock }),
    metrics,
    dashboards: new Map(),
    alarms: createAlarms({ account, clock, queues, metrics }),
    functionVariables,
    environmentsPerFunction,
    startEnvironment,
    functions: new Map(),
    mappings: new Map(),
    pipes: new Map(),
  };
  // Rules may deliver to any of the others.
  const delivery = new RuleDelivery(services);
  return { ...services, delivery, events: new EventBridge({ ...services, delivery }) };
}

/** Metrics counted from the journal, its kept entries included: they are not stored on their own. */
function historyOf(journal: Journal): MetricHistory {
  const history = new MetricHistory();
  const count = (entry: JournalEntry) => {
    for (const sample of metricsOf(entry)) history.add(sample);
  };
  for (const entry of journal.from(1)) count(entry);
  journal.subscribe(count);
  return history;
}
