/** How the names of temporary rules, queues and replays begin; the time of their making follows. */
export const TEMPORARY_PREFIX = 'pipeline-events-';

/** How long a command that has died may leave its rule and queue behind; one that lives says so in time. */
export const LEASE_MS = 3_600_000;

/** Tags of a temporary queue. */
export const TAGS = { bus: 'pipeline-events:bus', inUseUntil: 'pipeline-events:in-use-until' };

const NAME = new RegExp(`^${TEMPORARY_PREFIX}(\\d{4})(\\d{2})(\\d{2})T(\\d{2})(\\d{2})(\\d{2})Z-`);

/** When a name was made, in milliseconds since the Unix epoch; undefined for a name that is none of ours. */
export function madeAt(name: string): number | undefined {
  const [, year, month, day, hour, minute, second] = (NAME.exec(name) ?? []).map(Number);
  if (year === undefined || month === undefined) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The ARN of something else in the account and Region of a bus. */
export function besideBus(busArn: string, service: string, resource: string): string {
  const [arn, partition, , region, account] = busArn.split(':');
  return [arn, partition, service, region, account, resource].join(':');
}
