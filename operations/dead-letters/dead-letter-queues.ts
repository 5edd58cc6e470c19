import { type FoundStack, requireOutput } from '../deployed/stack.ts';
import { chooseSubscribers, type DeployedSubscriber, findSubscribers } from '../deployed/subscribers.ts';
import { UsageError } from '../messages/errors.ts';

/** A dead-letter queue of the stack. */
export type NamedDlq =
  | { readonly owner: 'pipe'; readonly name: 'pipe'; readonly url: string }
  | {
      readonly owner: 'subscriber';
      readonly name: string;
      readonly url: string;
      readonly subscriber: DeployedSubscriber;
    };

/** How a command is told which queues it is about. */
export interface DlqChoice {
  readonly subscriber?: string;
  readonly pipe?: boolean;
}

/**
 * The dead-letter queues that are asked for; without a choice all. The pipe's comes first: its records leave the stream
 * soonest.
 *
 * @throws UsageError for a subscriber that there is not, or for both choices together
 */
export function chooseDlqs(stack: FoundStack, { subscriber, pipe = false }: DlqChoice): NamedDlq[] {
  if (subscriber !== undefined && pipe) throw new UsageError('give --subscriber or --pipe, not both');
  const pipeDlq: NamedDlq = { owner: 'pipe', name: 'pipe', url: requireOutput(stack, 'PipeDlqUrl') };
  if (pipe) return [pipeDlq];
  if (subscriber !== undefined) return chooseSubscribers(stack, [subscriber]).map(dlqOf);
  return [pipeDlq, ...findSubscribers(stack).map(dlqOf)];
}

function dlqOf(subscriber: DeployedSubscriber): NamedDlq {
  return { owner: 'subscriber', name: subscriber.name, url: subscriber.dlqUrl, subscriber };
}

/** The option that narrows a command to that queue. */
export function choiceOf(name: string): string {
  return name === 'pipe' ? '--pipe' : `--subscriber ${name}`;
}
