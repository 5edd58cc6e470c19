import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Operation } from '../protocols/json-protocol.ts';
import { pageByName } from '../protocols/operations.ts';
import { invalidParameter, missingParameter, noSuchQueue } from './errors.ts';
import { listOf, type Members, mapOf, requiredText, textOf, wholeNumberOf } from './protocol.ts';
import type { Queue } from './queue.ts';
import {
  ATTRIBUTE_NAMES,
  checkIsStandard,
  checkQueueAttributes,
  checkQueueName,
  checkTags,
  deadLetterTargetOf,
  differingAttribute,
  policyOf,
  type QueueAttributes,
  redriveRefusal,
  withAttributes,
} from './queue-attributes.ts';
import type { Queues } from './queues.ts';

interface ApiQueuesProps {
  readonly account: Account;
  /** Where the gateway answers. */
  readonly endpoint: string;
  readonly clock: Clock;
  readonly queues: Queues;
}

/** The name of a policy that SetQueueAttributes has set; policies of templates have the ids of their resources. */
const BY_API = 'SetQueueAttributes';

/** From a deletion until the name is free, and from a purge until the next one. Source: SQS API reference. */
const PAUSE_MS = 60_000;

/** Source: SQS API reference, ListQueues. */
const MOST_RESULTS = 1000;
const RESULTS = { least: 1, most: MOST_RESULTS, reason: `Must be between 1 and ${MOST_RESULTS}.` };

/**
 * Operations of clients on queues. Queues that clients make belong to no stack: no update removes them, and after a restart
 * they are there again before anything sends to them.
 * Source: SQS API reference; error texts as recorded on AWS.
 */
export class ApiQueues {
  readonly #props: ApiQueuesProps;
  readonly #deletedAt = new Map<string, number>();
  readonly #purgedAt = new WeakMap<Queue, number>();

  readonly operations: Readonly<Record<string, Operation>> = {
    CreateQueue: (request) => ({ QueueUrl: this.#create(request).url }),
    DeleteQueue: (request) => this.#delete(this.#queue(request)),
    GetQueueAttributes: (request) => this.#getAttributes(request),
    GetQueueUrl: (request) => {
      const { queues, account } = this.#props;
      const queue = queues.named(requiredText(request, 'QueueName'));
      const owner = textOf(request, 'QueueOwnerAWSAccountId') ?? account.id;
      if (queue === undefined || owner !== account.id) throw noSuchQueue();
      return { QueueUrl: queue.url };
    },
    ListDeadLetterSourceQueues: (request) => {
      const { arn } = this.#queue(request);
      const { urls, NextToken } = this.#page(request, (queue) => deadLetterTargetOf(queue) === arn);
      return { queueUrls: urls, NextToken };
    },
    ListQueues: (request) => {
      const prefix = textOf(request, 'QueueNamePrefix') ?? '';
      const { urls, NextToken } = this.#page(request, ({ name }) => name.startsWith(prefix));
      return urls.length === 0 ? {} : { QueueUrls: urls, NextToken };
    },
    ListQueueTags: (request) => {
      const { tags } = this.#queue(request);
      return Object.keys(tags).length === 0 ? {} : { Tags: tags };
    },
    PurgeQueue: (request) => this.#purge(this.#queue(request)),
    SetQueueAttributes: (request) => {
      const queue = this.#queue(request);
      if (request.Attributes === undefined || request.Attributes === null) throw missingParameter('Attributes');
      const attributes = mapOf(request, 'Attributes');
      this.#check(queue.arn, attributes);
      this.#props.queues.setAttributes(queue.arn, withAttributes(queue.attributes, attributes));
      setPolicy(queue, attributes.Policy);
      // Who was denied to receive may be allowed to now.
      if (attributes.Policy !== undefined) this.#props.queues.signals.waiting(queue.arn);
      return {};
    },
    TagQueue: (request) => {
      const queue = this.#queue(request);
      const added = mapOf<string>(request, 'Tags');
      if (Object.keys(added).length === 0) throw missingParameter('Tags');
      const tags = { ...queue.tags, ...added };
      checkTags(tags);
      this.#props.queues.setTags(queue, tags);
      return {};
    },
    UntagQueue: (request) => {
      const queue = this.#queue(request);
      const keys = listOf(request, 'TagKeys');
      if (keys.length === 0) throw missingParameter('TagKeys');
      const kept = Object.entries(queue.tags).filter(([key]) => !keys.includes(key));
      this.#props.queues.setTags(queue, Object.fromEntries(kept));
      return {};
    },
  };

  constructor(props: ApiQueuesProps) {
    this.#props = props;
    for (const { name, attributes, tags } of props.queues.madeByClients()) this.#make(name, attributes, tags);
  }

  #queue(request: Members): Queue {
    return this.#props.queues.of(request);
  }

  /** @returns the queue, which may have been there before with the same attributes */
  #create(request: Members): Queue {
    const { account, queues, clock } = this.#props;
    const [name, attributes, tags] = [request.QueueName, mapOf(request, 'Attributes'), mapOf<string>(request, 'tags')];
    checkTags(tags);
    checkQueueName(name);
    checkIsStandard(attributes);
    this.#check(arnOf(account, 'sqs', name), attributes);
    const existing = queues.named(name);
    if (existing) {
      const differing = differingAttribute(attributes, this.#attributesOf(existing));
      if (differing === undefined) return existing;
      const message = `A queue already exists with the same name and a different value for attribute ${differing}`;
      throw new AwsError('QueueNameExists', message);
    }
    if (clock.now() - (this.#deletedAt.get(name) ?? Number.NEGATIVE_INFINITY) < PAUSE_MS) {
      const message =
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.';
      throw new AwsError('QueueDeletedRecently', message);
    }
    return this.#make(name, withAttributes({}, attributes), tags);
  }

  #make(name: string, attributes: QueueAttributes, tags: Readonly<Record<string, string>>): Queue {
    const { account, endpoint, queues } = this.#props;
    const arn = arnOf(account, 'sqs', name);
    const url = `${endpoint}/${account.id}/${name}`;
    const queue = queues.create({ name, arn, url, attributes, tags, isByClient: true });
    setPolicy(queue, attributes.Policy);
    return queue;
  }

  /** Removes any queue, those of templates included. */
  #delete({ name, arn }: Queue): object {
    const { queues, clock } = this.#props;
    queues.remove(arn);
    this.#deletedAt.set(name, clock.now());
    return {};
  }

  #purge(queue: Queue): object {
    const now = this.#props.clock.now();
    if (now - (this.#purgedAt.get(queue) ?? Number.NEGATIVE_INFINITY) < PAUSE_MS) {
      const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
      throw new AwsError('PurgeQueueInProgress', message, 403);
    }
    this.#props.queues.messages.purge(queue);
    this.#purgedAt.set(queue, now);
    return {};
  }

  #getAttributes(request: Members): object {
    const queue = this.#queue(request);
    const names = listOf(request, 'AttributeNames');
    const unknown = names.find((name) => name !== 'All' && !ATTRIBUTE_NAMES.has(name));
    if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
    const isWanted = ([name]: readonly [string, string]) => names.includes('All') || names.includes(name);
    const wanted = Object.entries(this.#attributesOf(queue)).filter(isWanted);
    return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
  }

  /** All attributes that have a value, with the policies that apply. */
  #attributesOf(queue: Queue): QueueAttributes {
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
    const [first, ...others] = queue.policies.values();
    if (first === undefined) return all;
    // A template may give a queue several policies; on SQS it has one.
    const Statement = [first, ...others].flatMap((policy) => policy.Statement);
    return { ...all, Policy: JSON.stringify(others.length === 0 ? first : { ...first, Statement }) };
  }

  #check(arn: string, attributes: Readonly<Record<string, unknown>>): asserts attributes is QueueAttributes {
    checkQueueAttributes(attributes);
    const refusal = redriveRefusal(arn, attributes, (target) => this.#props.queues.find(target));
    if (refusal) throw refusal;
  }

  /** A token is given only to clients that say how many results they want. Source: SQS API reference. */
  #page(request: Members, isListed: (queue: Queue) => boolean): { urls: string[]; NextToken?: string } {
    const limit = wholeNumberOf(request, 'MaxResults', RESULTS);
    const token = textOf(request, 'NextToken');
    const { page, token: NextToken } = pageByName(this.#props.queues.all().filter(isListed), ({ name }) => name, {
      token,
      limit: limit ?? MOST_RESULTS,
      invalid: () => invalidParameter('Invalid or expired next token.'),
    });
    const isMore = limit !== undefined && NextToken !== undefined;
    return { urls: page.map(({ url }) => url), ...(isMore && { NextToken }) };
  }
}

/** A queue has one policy: this one replaces those of templates. Without a text, they stay; an empty one removes them. */
function setPolicy({ policies }: Queue, text: string | undefined): void {
  if (text === undefined) return;
  policies.clear();
  if (text !== '') policies.set(BY_API, policyOf(text));
}
