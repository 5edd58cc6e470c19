import { setFlagsFromString } from 'node:v8';

/**
 * Keeps this process small while it reads much: where V8 keeps what is new stays as large as it is now. It would grow to a
 * hundred megabytes and more, which only makes work faster that is not waiting for answers. To be called before that work; V8
 * looks at the flag each time when it would grow.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
