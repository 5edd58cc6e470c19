import { queueName } from '../deployed/queues.ts';
import type { FoundStack } from '../deployed/stack.ts';
import { findSubscribers, functionOwner, ruleOfArn, shortName, subscriberName } from '../deployed/subscribers.ts';

/** A queue's subscriber, and which of its two queues it is. */
export interface NamedQueue {
  readonly subscriber: string;
  readonly isDlq: boolean;
}

/** Subscribers by the physical names of their resources. */
export interface Names {
  queue(nameOrArn: unknown): NamedQueue;
  rule(name: unknown): string;
  function(name: unknown): string;
}

/**
 * Names by the stack's outputs. For the resources of another team's stack, the physical name has to do.
 * @param functions subscribers by the physical names of their functions
 */
export function namesOf(stack: FoundStack, functions: ReadonlyMap<string, string> = new Map()): Names {
  const subscribers = findSubscribers(stack);
  const queues = new Map<string, NamedQueue>();
  for (const { name: subscriber, queueUrl, dlqUrl } of subscribers) {
    queues.set(queueName(queueUrl), { subscriber, isDlq: false });
    queues.set(queueName(dlqUrl), { subscriber, isDlq: true });
  }
  const rules = new Map(subscribers.map(({ name, ruleArn }) => [ruleOfArn(ruleArn).name, name]));
  const short = (name: unknown) => shortName(String(name), stack.name);
  return {
    queue: (nameOrArn) => queues.get(String(nameOrArn).split(':').at(-1) ?? '') ?? queueByShortName(short(nameOrArn)),
    rule: (name) => rules.get(String(name)) ?? ownerOf(short(name), 'Rule'),
    function: (name) => functions.get(String(name)) ?? functionOwner(short(name)),
  };
}

function queueByShortName(name: string): NamedQueue {
  const isDlq = name.endsWith('DeadLettersQueue');
  return { subscriber: ownerOf(name, isDlq ? 'DeadLettersQueue' : 'Queue'), isDlq };
}

/** `uri-recorder` for `UriRecorderRule`; any other name stays as it is. */
function ownerOf(name: string, part: string): string {
  // In another stack, the stack's name is in front.
  const [, id] = new RegExp(`([^-]+)${part}$`).exec(name) ?? [];
  return id === undefined ? name : subscriberName(id);
}
