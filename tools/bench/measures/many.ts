import { withEngine } from '../assembly.ts';
import { print } from '../figures.ts';
import { printRegistered, Registrations } from '../registrations.ts';

const PART = 20_000;
const PARTS = 5;
const TARGET_RATIO = 0.8;

await withEngine(async (engine) => {
  const registrations = new Registrations(engine);
  const rates: number[] = [];
  for (let part = 1; part <= PARTS; part += 1) {
    const registered = await registrations.many(PART);
    rates.push(registered.perSecond);
    printRegistered(`up to ${part * PART} users`, registered);
  }
  registrations.close();
  const [first = Number.NaN] = rates;
  print({
    measure: `the rate up to ${PARTS * PART} users, to that up to ${PART}`,
    unit: 'ratio',
    value: (rates.at(-1) ?? Number.NaN) / first,
    target: TARGET_RATIO,
  });
});
