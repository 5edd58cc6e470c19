import { withAssembly } from '../assembly.ts';
import { EngineChild } from '../engine-child.ts';
import { median, print, rounded } from '../figures.ts';

const STARTS = 7;
const TARGET_MS = 400;

await withAssembly(async (assembly) => {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const engine = await EngineChild.start(assembly);
    times.push(engine.ready.ms);
    await engine.stop();
  }
  // Node's own start and every import are part of it.
  print({ measure: 'assembly to ready', unit: 'ms', value: median(times), all: times.map(rounded), target: TARGET_MS });
});
