import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Services } from '../services.ts';
import type { Queue } from './queue.ts';
import {
  checkIsStandard,
  checkQueueAttributes,
  checkQueueName,
  differingAttribute,
  policyOf,
  type QueueAttributes,
  withAttributes,
} from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { redriveRefusal } from './redrive-policies.ts';

interface ApiQueuesProps {
  readonly account: Account;
  /** Where the gateway answers. */
  readonly endpoint: string;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly queuePolicies: Services['queuePolicies'];
}

interface NewQueue {
  readonly name: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** The name of a policy that SetQueueAttributes has set; those of templates have the ids of their resources. */
const BY_API = 'SetQueueAttributes';

/** A name can be taken again, or a queue purged again, after so many milliseconds. Source: SQS API reference. */
export const PAUSE_MS = 60_000;

/**
 * What clients do to queues beside the templates. Queues that they make are in no stack: no update removes them, and they
 * are there again after a restart, before anything sends to them.
 */
export class ApiQueues {
  readonly #props: ApiQueuesProps;
  readonly #deletedAt = new Map<string, number>();

  constructor(props: ApiQueuesProps) {
    this.#props = props;
    for (const { name, attributes, tags } of props.queues.madeByClients()) this.#make(name, attributes, tags);
  }

  /**
   * Source: SQS API reference, CreateQueue.
   * @returns the queue, which may have been there before with the same attributes
   * @throws AwsError what SQS would answer
   */
  create({ name, attributes, tags }: NewQueue): Queue {
    checkQueueName(name);
    checkIsStandard(attributes);
    const arn = arnOf(this.#props.account, 'sqs', name);
    this.#check(arn, attributes);
    const existing = this.#props.queues.named(name);
    if (existing) {
      const differing = differingAttribute(attributes, this.attributesOf(existing));
      if (differing === undefined) return existing;
      const message = `A queue already exists with the same name and a different value for attribute ${differing}`;
      throw new AwsError('QueueNameExists', message);
    }
    if (this.#props.clock.now() - (this.#deletedAt.get(name) ?? Number.NEGATIVE_INFINITY) < PAUSE_MS) {
      const message =
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.';
      throw new AwsError('QueueDeletedRecently', message);
    }
    return this.#make(name, withAttributes({}, attributes), tags);
  }

  /** Removes any queue, also one that a template has made. */
  delete({ name, arn }: Queue): void {
    const { queues, queuePolicies, clock } = this.#props;
    queues.remove(arn);
    queuePolicies.delete(arn);
    this.#deletedAt.set(name, clock.now());
  }

  /** Changes these attributes; the others stay. @throws AwsError what SQS would answer */
  setAttributes(queue: Queue, attributes: Readonly<Record<string, unknown>>): void {
    this.#check(queue.arn, attributes);
    this.#props.queues.setAttributes(queue.arn, withAttributes(queue.attributes, attributes));
    this.#setPolicy(queue.arn, attributes.Policy);
  }

  /** All attributes that have a value, with the policy that counts. */
  attributesOf(queue: Queue): QueueAttributes {
    const { Policy: _, ...attributes } = queue.attributes;
    const all = {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(queue.visible),
      ApproximateNumberOfMessagesNotVisible: String(queue.inFlight),
      ApproximateNumberOfMessagesDelayed: String(queue.delayed),
      CreatedTimestamp: String(queue.createdAt),
      LastModifiedTimestamp: String(queue.modifiedAt),
      ...attributes,
    };
    const [first, ...others] = this.#props.queuePolicies.get(queue.arn)?.values() ?? [];
    if (first === undefined) return all;
    // A template may give a queue more policies than the one that SQS has.
    const Statement = [first, ...others].flatMap((policy) => policy.Statement);
    return { ...all, Policy: JSON.stringify(others.length === 0 ? first : { ...first, Statement }) };
  }

  #check(arn: string, attributes: Readonly<Record<string, unknown>>): asserts attributes is QueueAttributes {
    checkQueueAttributes(attributes);
    const refusal = redriveRefusal(arn, attributes, (target) => this.#props.queues.find(target));
    if (refusal) throw refusal;
  }

  #make(name: string, attributes: QueueAttributes, tags: Readonly<Record<string, string>>): Queue {
    const { account, endpoint, queues } = this.#props;
    const arn = arnOf(account, 'sqs', name);
    const url = `${endpoint}/${account.id}/${name}`;
    const queue = queues.create({ name, arn, url, attributes, tags, isByClient: true });
    this.#setPolicy(arn, attributes.Policy);
    return queue;
  }

  /** A queue has one policy: this one takes the place of the template's. */
  #setPolicy(arn: string, text: string | undefined): void {
    const { queuePolicies } = this.#props;
    if (text === '') queuePolicies.delete(arn);
    else if (text !== undefined) queuePolicies.set(arn, new Map([[BY_API, policyOf(text)]]));
  }
}
