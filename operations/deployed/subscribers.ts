import { UsageError } from '../messages/errors.ts';
import { type FoundStack, requireOutput } from './stack.ts';

/** A subscriber of the bus, by the outputs of its stack. */
export interface DeployedSubscriber {
  /** Such as `uri-recorder`. */
  readonly name: string;
  /** Its construct id, such as `UriRecorder`: its outputs and logical ids begin with it. */
  readonly id: string;
  readonly queueUrl: string;
  readonly dlqUrl: string;
  readonly ruleArn: string;
}

/** Every subscriber of a stack, by name. */
export function findSubscribers(stack: FoundStack): DeployedSubscriber[] {
  const ids = Object.keys(stack.outputs).flatMap((key) => /^(.+)RuleArn$/.exec(key)?.[1] ?? []);
  return ids
    .map((id) => ({
      name: subscriberName(id),
      id,
      queueUrl: requireOutput(stack, `${id}QueueUrl`),
      dlqUrl: requireOutput(stack, `${id}DlqUrl`),
      ruleArn: requireOutput(stack, `${id}RuleArn`),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The subscribers with these names, each once.
 * @throws UsageError for an unknown name, with the names that exist
 */
export function chooseSubscribers(stack: FoundStack, names: readonly string[]): DeployedSubscriber[] {
  const all = findSubscribers(stack);
  return [...new Set(names)].map((name) => {
    const found = all.find((subscriber) => subscriber.name === name);
    if (found !== undefined) return found;
    const known = all.length > 0 ? `there are ${all.map((subscriber) => subscriber.name).join(', ')}` : 'there is none';
    throw new UsageError(`no subscriber is named ${name}; ${known}`);
  });
}

/** A subscriber's name by its construct id: `uri-recorder` for `UriRecorder`. */
export function subscriberName(id: string): string {
  return id.replaceAll(/(?!^)([A-Z])/g, '-$1').toLowerCase();
}

/** The parts of a rule's ARN. */
export function ruleOfArn(ruleArn: string): { readonly bus: string; readonly name: string } {
  const [, ...parts] = ruleArn.split('/');
  const name = parts.pop() ?? '';
  return { bus: parts[0] ?? 'default', name };
}

/**
 * A physical name of the local engine without the stack's name and the hashes: `UriRecorderQueue` for
 * `user-bucket-pipeline-dev-UriRecorderQueue972D23C7-47eead5b8f45`.
 */
export function shortName(physicalName: string, stackName: string): string {
  const last = physicalName.split(/[/:]/).at(-1) ?? physicalName;
  const name = last.startsWith(`${stackName}-`) ? last.slice(stackName.length + 1) : last;
  return name.replace(/[0-9A-F]{0,8}-[0-9a-f]{12}$/, '');
}

/**
 * The subscriber of a resource, by the short form of its physical name: `uri-recorder` for `UriRecorderRule`.
 * @param part such as `Rule`; a name without it is returned unchanged
 */
export function ownerOf(shortName: string, part: string): string {
  // In another stack, the stack's name is in front.
  const [, id] = new RegExp(`([^-]+)${part}$`).exec(shortName) ?? [];
  return id === undefined ? shortName : subscriberName(id);
}

/** The name at the end of a queue's URL. */
export function queueName(url: string): string {
  return url.split('/').at(-1) ?? url;
}

/**
 * The statement of a queue's policy that lets a rule send to the queue.
 * Source: EventBridge user guide, eb-use-resource-based.
 */
export function ruleMaySend(ruleArn: string, queueArn: string): object {
  return {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  };
}
