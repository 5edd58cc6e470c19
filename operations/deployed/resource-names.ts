import { subscriberName } from './subscribers.ts';

/** As the CDK makes the logical id of a part of a subscriber: its name in PascalCase, the part, a hash. */
const SUBSCRIBER_FUNCTION = /^(.+?)Function[0-9A-F]{8}$/;

/** The construct id of the subscriber whose function that is: `UriRecorder` for `UriRecorderFunction8C3F47C9`. */
export function subscriberIdOf(logicalId: string): string | undefined {
  return SUBSCRIBER_FUNCTION.exec(logicalId)?.[1];
}

/**
 * The part of a physical name of the local engine that a reader knows: without the stack's name before it and the hashes
 * behind it. `user-bucket-pipeline-dev-UriRecorderQueue972D23C7-47eead5b8f45` is `UriRecorderQueue`.
 */
export function shortName(physicalName: string, stackName: string): string {
  const last = physicalName.split(/[/:]/).at(-1) ?? physicalName;
  const name = last.startsWith(`${stackName}-`) ? last.slice(stackName.length + 1) : last;
  return name.replace(/[0-9A-F]{0,8}-[0-9a-f]{12}$/, '');
}

/** The subscriber whose function that is, by the short form of its physical name: `uri-recorder` for `UriRecorderFunction`. */
export function functionOwner(shortName: string): string {
  const [, id] = /([^-]+)Function$/.exec(shortName) ?? [];
  return id === undefined ? shortName : subscriberName(id);
}
