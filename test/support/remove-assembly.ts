import { rm } from 'node:fs/promises';
import { testAssembly } from './assembly.ts';

/** Removes what was synthesized for this run. Jest calls this after the last test file that ran it. */
export default async function removeAssembly(): Promise<void> {
  await rm(testAssembly(), { recursive: true });
}
