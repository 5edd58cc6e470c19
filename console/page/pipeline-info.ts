import { signal } from '@preact/signals';
import type { ConsoleInfo } from '../contract/info.ts';

/** Which pipeline this is; undefined until it is known. */
export const info = signal<ConsoleInfo | undefined>(undefined);
