import { AwsError } from '../core/aws-error.ts';
import type { Operation } from '../protocols/json-protocol.ts';
import { decodeToken, encodeToken } from '../protocols/request-members.ts';
import { type ApiQueues, PAUSE_MS } from './api-queues.ts';
import type { Queue } from './queue.ts';
import { ATTRIBUTE_NAMES, checkTags } from './queue-attributes.ts';
import { type QueueLookup, queueOf } from './queue-lookup.ts';
import { deadLetterTargetOf } from './redrive-policies.ts';
import { invalidParameter, missingParameter, noSuchQueue } from './sqs-errors.ts';
import { type Members, mapOf, requiredText, textMapOf, textOf, textsOf, wholeNumberOf } from './sqs-request.ts';

interface QueueOperationsProps extends QueueLookup {
  readonly apiQueues: ApiQueues;
}

/** Source: SQS API reference, ListQueues. */
const MOST_RESULTS = 1000;
const RESULTS = { least: 1, most: MOST_RESULTS, reason: `Must be between 1 and ${MOST_RESULTS}.` };

/** What clients do with queues. Source: SQS API reference; error texts as recorded on AWS. */
export function queueOperations(props: QueueOperationsProps): Readonly<Record<string, Operation>> {
  const { queues, apiQueues, clock, account } = props;
  const purgedAt = new WeakMap<Queue, number>();
  return {
    CreateQueue: (request) => {
      const tags = textMapOf(request, 'tags');
      checkTags(tags);
      const queue = apiQueues.create({ name: request.QueueName, attributes: mapOf(request, 'Attributes'), tags });
      return { QueueUrl: queue.url };
    },
    DeleteQueue: (request) => {
      apiQueues.delete(queueOf(props, request));
      return {};
    },
    GetQueueAttributes: (request) => {
      const queue = queueOf(props, request);
      const names = textsOf(request, 'AttributeNames');
      const unknown = names.find((name) => name !== 'All' && !ATTRIBUTE_NAMES.has(name));
      if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
      const isWanted = ([name]: readonly [string, string]) => names.includes('All') || names.includes(name);
      const wanted = Object.entries(apiQueues.attributesOf(queue)).filter(isWanted);
      return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
    },
    GetQueueUrl: (request) => {
      const queue = queues.named(requiredText(request, 'QueueName'));
      const owner = textOf(request, 'QueueOwnerAWSAccountId') ?? account.id;
      if (queue === undefined || owner !== account.id) throw noSuchQueue();
      return { QueueUrl: queue.url };
    },
    ListDeadLetterSourceQueues: (request) => {
      const { arn } = queueOf(props, request);
      const { urls, NextToken } = pageOf(
        queues.all().filter((queue) => deadLetterTargetOf(queue) === arn),
        request,
      );
      return { queueUrls: urls, NextToken };
    },
    ListQueues: (request) => {
      const prefix = textOf(request, 'QueueNamePrefix') ?? '';
      const { urls, NextToken } = pageOf(
        queues.all().filter(({ name }) => name.startsWith(prefix)),
        request,
      );
      return urls.length === 0 ? {} : { QueueUrls: urls, NextToken };
    },
    ListQueueTags: (request) => {
      const { tags } = queueOf(props, request);
      return Object.keys(tags).length === 0 ? {} : { Tags: tags };
    },
    PurgeQueue: (request) => {
      const queue = queueOf(props, request);
      const before = purgedAt.get(queue);
      if (before !== undefined && clock.now() - before < PAUSE_MS) {
        const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
        throw new AwsError('PurgeQueueInProgress', message, 403);
      }
      queues.purge(queue);
      purgedAt.set(queue, clock.now());
      return {};
    },
    SetQueueAttributes: (request) => {
      const queue = queueOf(props, request);
      if (request.Attributes === undefined || request.Attributes === null) throw missingParameter('Attributes');
      apiQueues.setAttributes(queue, mapOf(request, 'Attributes'));
      return {};
    },
    TagQueue: (request) => {
      const queue = queueOf(props, request);
      const added = textMapOf(request, 'Tags');
      if (Object.keys(added).length === 0) throw missingParameter('Tags');
      const tags = { ...queue.tags, ...added };
      checkTags(tags);
      queues.setTags(queue, tags);
      return {};
    },
    UntagQueue: (request) => {
      const queue = queueOf(props, request);
      const keys = textsOf(request, 'TagKeys');
      if (keys.length === 0) throw missingParameter('TagKeys');
      queues.setTags(queue, Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !keys.includes(key))));
      return {};
    },
  };
}

/** A token is given only to clients that say how many results they want. Source: SQS API reference. */
function pageOf(queues: readonly Queue[], request: Members): { urls: string[]; NextToken?: string } {
  const limit = wholeNumberOf(request, 'MaxResults', RESULTS);
  const token = textOf(request, 'NextToken');
  const after = token === undefined ? '' : decodeToken(token);
  if (typeof after !== 'string') throw invalidParameter('Invalid or expired next token.');
  const rest = queues.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, limit ?? MOST_RESULTS);
  const isMore = limit !== undefined && page.length < rest.length;
  return { urls: page.map(({ url }) => url), ...(isMore && { NextToken: encodeToken(page.at(-1)?.name) }) };
}
