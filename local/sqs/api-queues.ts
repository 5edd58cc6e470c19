import { type Account, arnOf } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import type { SqsQueue } from '../fauxqs-stores.ts';
import type { Services } from '../services.ts';
import type { Storage } from '../storage.ts';
import {
  checkQueueAttributes,
  checkQueueName,
  deadLetterTargetOf,
  differingAttribute,
  policyOf,
  type QueueAttributes,
} from './queue-attributes.ts';
import type { Queues } from './queues.ts';

interface ApiQueuesProps {
  readonly account: Account;
  /** Where the gateway answers. */
  readonly endpoint: string;
  readonly clock: Clock;
  readonly storage: Storage;
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
    const { storage } = props;
    storage.db.exec('CREATE TABLE IF NOT EXISTS api_queues (name TEXT PRIMARY KEY)');
    if (storage.isLasting) this.#restore();
  }

  /**
   * Source: SQS API reference, CreateQueue.
   * @returns the queue, which may have been there before with the same attributes
   * @throws AwsError what SQS would answer
   */
  create({ name, attributes, tags }: NewQueue): SqsQueue {
    checkQueueName(name);
    this.#check(attributes);
    const { queues, storage } = this.#props;
    const existing = queues.store.getQueueByName(name);
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
    const queue = this.#make(name, attributes, tags);
    storage.db.prepare('INSERT INTO api_queues (name) VALUES (?)').run(name);
    storage.changed();
    return queue;
  }

  /** Removes any queue, also one that a template has made. */
  delete({ name, arn }: SqsQueue): void {
    const { queues, queuePolicies, storage, clock } = this.#props;
    queues.remove(arn);
    queuePolicies.delete(arn);
    storage.db.prepare('DELETE FROM api_queues WHERE name = ?').run(name);
    storage.changed();
    this.#deletedAt.set(name, clock.now());
  }

  /** Changes these attributes; the others stay. @throws AwsError what SQS would answer */
  setAttributes(queue: SqsQueue, attributes: Readonly<Record<string, unknown>>): void {
    this.#check(attributes);
    queue.setAttributes({ ...attributes });
    this.#setPolicy(queue.arn, attributes.Policy);
  }

  /** All attributes that have a value, with the policy that counts. */
  attributesOf(queue: SqsQueue): QueueAttributes {
    const { Policy: _, ...attributes } = queue.getAllAttributes(['All']);
    const [first, ...others] = this.#props.queuePolicies.get(queue.arn)?.values() ?? [];
    if (first === undefined) return attributes;
    // A template may give a queue more policies than the one that SQS has.
    const Statement = [first, ...others].flatMap((policy) => policy.Statement);
    return { ...attributes, Policy: JSON.stringify(others.length === 0 ? first : { ...first, Statement }) };
  }

  /** Keeps the tags that a queue has now. */
  tagged({ name, tags }: SqsQueue): void {
    const { storage } = this.#props;
    if (!storage.isLasting) return;
    const text = JSON.stringify(Object.fromEntries(tags));
    storage.db.prepare('UPDATE sqs_queues SET tags = ? WHERE name = ?').run(text, name);
    storage.changed();
  }

  #check(attributes: Readonly<Record<string, unknown>>): asserts attributes is QueueAttributes {
    checkQueueAttributes(attributes);
    const target = deadLetterTargetOf({ attributes });
    if (target === undefined || this.#props.queues.find(target)) return;
    const reason = `Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`;
    throw new AwsError('InvalidParameterValue', reason);
  }

  #make(name: string, attributes: QueueAttributes, tags: Readonly<Record<string, string>>): SqsQueue {
    const { account, endpoint, queues } = this.#props;
    const arn = arnOf(account, 'sqs', name);
    queues.create({ name, arn, url: `${endpoint}/${account.id}/${name}`, attributes, tags });
    this.#setPolicy(arn, attributes.Policy);
    return queues.get(arn);
  }

  /** A queue has one policy: this one takes the place of the template's. */
  #setPolicy(arn: string, text: string | undefined): void {
    const { queuePolicies } = this.#props;
    if (text === '') queuePolicies.delete(arn);
    else if (text !== undefined) queuePolicies.set(arn, new Map([[BY_API, policyOf(text)]]));
  }

  #restore(): void {
    const rows = this.#props.storage.db
      .prepare('SELECT name, attributes, tags FROM api_queues JOIN sqs_queues USING (name)')
      .all() as { name: string; attributes: string; tags: string }[];
    for (const { name, attributes, tags } of rows) this.#make(name, JSON.parse(attributes), JSON.parse(tags));
  }
}
