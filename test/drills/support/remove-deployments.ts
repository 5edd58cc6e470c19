import { rm } from 'node:fs/promises';
import { drillsFolder } from './deployments.ts';

/** Removes what the drills of this run needed. Jest calls this after the last. */
export default async function removeDeployments(): Promise<void> {
  // Again if a process that just ends still writes what it compiled.
  await rm(drillsFolder(), { recursive: true, maxRetries: 5 });
}
