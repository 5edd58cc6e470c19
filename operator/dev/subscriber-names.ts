import type { DeployedStack } from '../../local/engine.ts';
import { subscriberIdOf } from '../resource-names.ts';
import { subscriberName } from '../subscribers.ts';

/** The subscribers that run, by the physical names of their functions. */
export function subscribersByFunction(stacks: readonly DeployedStack[]): Map<string, string> {
  const resources = stacks.flatMap((stack) => stack.resources);
  return new Map(
    resources.flatMap(({ type, logicalId, physicalName }) => {
      const id = type === 'AWS::Lambda::Function' ? subscriberIdOf(logicalId) : undefined;
      return id === undefined ? [] : [[physicalName, subscriberName(id)]];
    }),
  );
}
