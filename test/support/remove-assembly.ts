import { rm } from 'node:fs/promises';
import { assembliesFolder } from './assembly.ts';

/** Removes what was synthesized for this run. Jest calls this after the last test file that ran it. */
export default async function removeAssembly(): Promise<void> {
  // Again if a process that just ends still writes what it compiled.
  await rm(assembliesFolder(), { recursive: true, maxRetries: 5 });
}
