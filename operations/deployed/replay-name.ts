import { UsageError } from '../messages/errors.ts';
import { formatTime } from '../time/time.ts';

/** Source: EventBridge API reference, StartReplay. */
const REPLAY_NAME = /^[.\-_A-Za-z0-9]{1,64}$/;

const RANDOM_CHARACTERS = 5;

/**
 * A name that no other has, such as `pipeline-20261122T090000Z-k3x9a`. It sorts by time.
 * @param prefix such as `pipeline-`
 * @param now milliseconds since the Unix epoch
 * @param random from 0 to below 1
 */
export function newName(prefix: string, now: number, random: number): string {
  const time = formatTime(now).replaceAll(/[-:]/g, '');
  const rest = Math.floor(random * 36 ** RANDOM_CHARACTERS).toString(36);
  return `${prefix}${time}-${rest.padStart(RANDOM_CHARACTERS, '0')}`;
}

/** @throws UsageError for a name that EventBridge takes for no replay */
export function checkReplayName(name: string): string {
  if (REPLAY_NAME.test(name)) return name;
  throw new UsageError(`a replay's name has 1 to 64 letters, digits, dots, hyphens and underscores; got ${name}`);
}
