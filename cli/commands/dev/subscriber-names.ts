import { subscriberIdOf, subscriberName } from '../../../operations/deployed/subscribers.ts';
import type { DeployedStack } from '../../../packages/local-engine/index.ts';

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
