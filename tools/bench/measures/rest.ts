import { withEngine } from '../assembly.ts';
import { median, print, quantile } from '../figures.ts';
import { Registrations } from '../registrations.ts';

const WARM_UPS = 50;
const REGISTRATIONS = 300;
const TARGET_MS = 30;

await withEngine(async (engine) => {
  const registrations = new Registrations(engine);
  const latencies: number[] = [];
  for (let user = 0; user < WARM_UPS + REGISTRATIONS; user += 1) {
    const ms = await registrations.one();
    if (user >= WARM_UPS) latencies.push(ms);
  }
  await registrations.check();
  registrations.close();
  print({
    measure: 'latency of one registration at rest, put to URI in the row',
    unit: 'ms',
    value: median(latencies),
    p99: quantile(latencies, 0.99),
    registrations: latencies.length,
    target: TARGET_MS,
  });
});
