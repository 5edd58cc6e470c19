import { withAssembly } from '../assembly.ts';
import { type Start, startAndStop } from '../engine-command.ts';
import { median, print, rounded } from '../figures.ts';

/** The first may compile the engine's modules, which the others find compiled. */
const STARTS = 9;
const TARGET_MS = 400;

await withAssembly(async (assembly) => {
  const starts: Start[] = [];
  for (let number = 0; number < STARTS; number += 1) starts.push(await startAndStop(assembly));
  const cpuMs = starts.flatMap((each) => each.cpuMs ?? []);
  // Node's own start and every import are part of it.
  print({
    measure: 'assembly to ready',
    unit: 'ms',
    value: median(starts.map(({ ms }) => ms)),
    all: starts.map(({ ms }) => rounded(ms)),
    target: TARGET_MS,
  });
  if (cpuMs.length > 0)
    print({ measure: 'CPU time of the engine until it is ready', unit: 'ms', value: median(cpuMs) });
});
