import { planChosenReplay } from '../../../../operations/replay/chosen-plan.ts';
import { type SentEvents, sendChosen } from '../../../../operations/replay/send-chosen.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE, HOUR_MS, NOW, subscriber } from './plans.ts';

type Input = Readonly<Record<string, unknown>>;

interface Message {
  readonly Body: string;
  readonly ReceiptHandle: string;
}

/** Events of one archive, a rule and a queue, and whatever is made beside them: enough of AWS to replay chosen events. */
export class ChosenWorld {
  readonly aws: FakeAws;
  /** What the subscriber's queue has got. */
  readonly sent: string[] = [];
  readonly rules = new Set<string>();
  readonly replays = new Map<string, string>();
  readonly #queues = new Map<string, Message[]>();
  readonly #events: readonly string[];
  /** Called before each call takes effect. */
  beforeCall: (operation: string) => void = () => {};
  /** Called after it. */
  afterCall: (operation: string) => void = () => {};
  /** How many messages a receive gives. */
  batch = 10;
  /** Of the subscriber's rule. */
  pattern: object = { 'detail-type': ['A'] };

  /** Users whose rows have a URI. */
  readonly withUri = new Set<string>();

  /** @param events envelopes as JSON text, without the name of a replay */
  constructor(events: readonly string[]) {
    this.#events = events;
    const answers = {
      DescribeArchive: () => ({ State: 'ENABLED', EventCount: events.length }),
      DescribeRule: () => ({ State: 'ENABLED', EventPattern: JSON.stringify(this.pattern) }),
      ListQueues: () => ({}),
      ListRules: () => ({}),
      CreateQueue: ({ QueueName }: Input) => this.#createQueue(String(QueueName)),
      GetQueueUrl: ({ QueueName }: Input) => this.#queueUrl(String(QueueName)),
      PutRule: ({ Name }: Input) => this.rules.add(String(Name)),
      PutTargets: () => ({}),
      StartReplay: ({ ReplayName }: Input) => this.#startReplay(String(ReplayName)),
      DescribeReplay: ({ ReplayName }: Input) => ({ ReplayName, State: this.replays.get(String(ReplayName)) }),
      CancelReplay: ({ ReplayName }: Input) => this.replays.set(String(ReplayName), 'CANCELLED'),
      ReceiveMessage: ({ QueueUrl }: Input) => ({
        Messages: this.#queues.get(String(QueueUrl))?.splice(0, this.batch) ?? [],
      }),
      DeleteMessageBatch: () => ({}),
      BatchGetItem: () => ({
        Responses: { users: [...this.withUri].map((id) => ({ id: { S: id }, s3_bucket_uri: { S: 's3://any' } })) },
      }),
      RemoveTargets: () => ({}),
      DeleteRule: ({ Name }: Input) => this.rules.delete(String(Name)),
      DeleteQueue: ({ QueueUrl }: Input) => this.#queues.delete(String(QueueUrl)),
      SendMessage: ({ MessageBody }: Input) => this.sent.push(String(MessageBody)),
    };
    const entries = Object.entries(answers).map(([operation, answer]) => [
      operation,
      (input: Input) => {
        this.beforeCall(operation);
        const result: unknown = answer(input);
        this.afterCall(operation);
        return result;
      },
    ]);
    this.aws = new FakeAws(Object.fromEntries(entries) as ConstructorParameters<typeof FakeAws>[0]);
  }

  /** The temporary rules and queues that are there, and the replays that run. */
  get leftovers(): readonly string[] {
    const running = [...this.replays].flatMap(([name, state]) => (state === 'RUNNING' ? [name] : []));
    return [...this.rules, ...this.#queues.keys(), ...running];
  }

  get on() {
    const outputsOf = (id: string, name: string) => {
      const { queueUrl, dlqUrl, ruleArn } = subscriber(name);
      return { [`${id}QueueUrl`]: queueUrl, [`${id}DlqUrl`]: dlqUrl, [`${id}RuleArn`]: ruleArn };
    };
    const outputs = {
      EventArchiveArn: ARCHIVE.arn,
      EventBusArn: ARCHIVE.busArn,
      EventBusName: ARCHIVE.busName,
      UsersTableName: 'users',
      UserIdAttribute: 'id',
      ...outputsOf('Audit', 'audit'),
      ...outputsOf('UriRecorder', 'uri-recorder'),
    };
    const target = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' };
    return { target, clients: this.aws.clients, stack: { name: 'mine', outputs } };
  }

  /** Plans and sends, as the command does. @returns how far it came */
  async replay(signal: AbortSignal, from = NOW - HOUR_MS): Promise<SentEvents | undefined> {
    const options = { name: 'again', window: { from, to: NOW }, signal, onProgress: this.onProgress };
    const plan = await planChosenReplay(this.on, { toSubscriber: ['audit'] }, options);
    if (plan === undefined) return undefined;
    let latest: SentEvents | undefined;
    const clock = { now: () => 0, pause: async () => {} };
    const onProgress = (progress: SentEvents) => {
      latest = progress;
    };
    await sendChosen(this.on, plan, { rate: 50, signal, onProgress, clock }).catch((error: Error) => {
      if (error.message !== BROKEN) throw error;
    });
    return latest;
  }

  /** Names of what could not be removed. */
  readonly leftBehind: string[] = [];
  readonly onProgress = (progress: { readonly kind: string; readonly name?: string }) => {
    if (progress.kind === 'left-behind') this.leftBehind.push(progress.name ?? '');
  };

  #createQueue(name: string): object {
    this.#queues.set(name, []);
    return { QueueUrl: name };
  }

  #queueUrl(name: string): object {
    if (this.#queues.has(name)) return { QueueUrl: name };
    throw awsError('QueueDoesNotExist');
  }

  /** Everything comes at once, the latest first. */
  #startReplay(name: string): object {
    this.replays.set(name, 'COMPLETED');
    const bodies = this.#events.map((text) => `${text.slice(0, -1)},"replay-name":"${name}"}`).reverse();
    this.#queues.get(name)?.push(...bodies.map((Body, index) => ({ Body, ReceiptHandle: `r${index}` })));
    return {};
  }
}

/** The error of a call that a test breaks. */
export const BROKEN = 'broken by the test';
