import { setFlagsFromString } from 'node:v8';

/**
 * Keeps this process small while it reads much: the space of V8 for new objects stays as large as it is now. It would grow to
 * a hundred megabytes and more, which is no faster here, as most of the time is spent on waiting for answers. V8 reads the flag
 * each time before it grows, so call this before the work.
 */
export function keepNewSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
