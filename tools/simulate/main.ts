/**
 * `npm run simulate`: runs schedules in one process per core, and prints each seed that breaks a promise, with the least of it that
 * still does and what happened to the user. See decision 0038.
 */
import { readArguments, USAGE } from './arguments.ts';
import { simulateSeeds } from './processes.ts';
import { withAssemblies } from './stages/synthesize.ts';

const read = readArguments(process.argv.slice(2));
if (read === 'help') console.log(USAGE);
else if ('problem' in read) {
  console.error(`${read.problem}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  const { events } = read;
  const seeds = read.seed === undefined ? Array.from({ length: read.seeds }, (_, n) => String(n + 1)) : [read.seed];
  const began = performance.now();
  let [failed, struck, cpuMs] = [0, 0, 0];
  await withAssemblies((assemblies) =>
    simulateSeeds({ seeds, events, assemblies, patches: [] }, (result) => {
      struck += result.faults;
      cpuMs += result.cpuMs;
      if (result.failure !== undefined) {
        failed += 1;
        console.log(`${result.failure}\n`);
      } else if (read.seed !== undefined) console.log(`seed ${result.seed}: ${result.hash}`);
    }),
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const each = (cpuMs / seeds.length).toFixed(1);
  console.log(
    `${seeds.length} schedules of ${events} sign-ups, ${struck} faults struck, ${failed} broke a promise; ${seconds} s, ${each} ms of CPU each`,
  );
  if (failed > 0) process.exitCode = 1;
}
