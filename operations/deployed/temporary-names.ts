/**
 * The temporary rules of `events`: AWS has no call to watch a bus, nor to read an archive, so the command makes a rule and a
 * queue of one name, and a replay of that name where it reads the archive. It removes them when it ends; what a killed
 * command leaves behind can be found here.
 */

/** How the names of temporary rules, queues and replays begin; the time of their creation follows. */
export const TEMPORARY_PREFIX = 'pipeline-events-';

/** A running command renews its lease; without renewal its rule and queue count as unused after this time. */
export const LEASE_MS = 3_600_000;

/** Tags of a temporary queue. */
export const TEMPORARY_TAGS = { bus: 'pipeline-events:bus', inUseUntil: 'pipeline-events:in-use-until' };

/** A bus, by its name and its ARN. */
export interface BusId {
  readonly busName: string;
  readonly busArn: string;
}

const NAME = new RegExp(`^${TEMPORARY_PREFIX}(\\d{4})(\\d{2})(\\d{2})T(\\d{2})(\\d{2})(\\d{2})Z-`);

/** When a name was made, in milliseconds since the Unix epoch; undefined for a name of another form. */
export function createdAt(name: string): number | undefined {
  const found = NAME.exec(name);
  if (found === null) return undefined;
  const [year = 0, month = 0, day, hour, minute, second] = found.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The ARN of something else in the account and Region of a bus. */
export function besideBus(busArn: string, service: string, resource: string): string {
  const [arn, partition, , region, account] = busArn.split(':');
  return [arn, partition, service, region, account, resource].join(':');
}
