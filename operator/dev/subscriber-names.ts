import type { DeployedStack } from '../../local/engine.ts';
import { subscriberName } from '../subscribers.ts';

/** As the CDK makes the logical id of a subscriber's function: its name in PascalCase, the part, a hash. */
const SUBSCRIBER_FUNCTION = /^(.+?)Function[0-9A-F]{8}$/;

/** The construct id of the subscriber whose function that is: `UriRecorder` for `UriRecorderFunction8C3F47C9`. */
export function subscriberIdOf(logicalId: string): string | undefined {
  return SUBSCRIBER_FUNCTION.exec(logicalId)?.[1];
}

/** The subscriber whose function that is, by the short form of its physical name: `uri-recorder` for `UriRecorderFunction`. */
export function functionOwner(shortName: string): string {
  const [, id] = /^(.+)Function$/.exec(shortName) ?? [];
  return id === undefined ? shortName : subscriberName(id);
}

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
