import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { listResources, type OnStack, partsOf } from '../deployed/stack.ts';
import { subscriberName } from '../deployed/subscribers.ts';
import { UsageError } from '../messages/errors.ts';

/** The functions of a stack: physical names and the subscribers' names, each by the other. */
export class LabFunctions {
  readonly #names: ReadonlyMap<string, string>;

  /** @param names physical names by the subscribers' names */
  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  static async read({ clients, stack }: Pick<OnStack, 'clients' | 'stack'>): Promise<LabFunctions> {
    const resources = await listResources(clients.of(CloudFormationClient), stack.name);
    const functions = partsOf(resources, 'AWS::Lambda::Function', 'Function');
    return new LabFunctions(new Map([...functions].map(([id, name]) => [subscriberName(id), name])));
  }

  get subscribers(): string[] {
    return [...this.#names.keys()].sort();
  }

  /** @throws UsageError for an unknown name, with the names that exist */
  physical(subscriber: string): string {
    const name = this.#names.get(subscriber);
    if (name !== undefined) return name;
    throw new UsageError(`no subscriber is named ${subscriber}; there are ${this.subscribers.join(', ')}`);
  }

  /** The subscriber of a function; for one of another stack, its physical name. */
  subscriber(physicalName: string): string {
    return [...this.#names].find(([, name]) => name === physicalName)?.[0] ?? physicalName;
  }
}
