/**
 * `npm run simulate`: runs schedules in one process per core, and prints each seed that breaks a promise, with the least of it that
 * still does and what happened to the user. See decision 0038.
 */
import { readArguments, USAGE } from './arguments.ts';
import { simulateSeeds } from './processes.ts';
import { Progress } from './progress.ts';
import { withAssemblies } from './stages/synthesize.ts';

const read = readArguments(process.argv.slice(2));
if (read === 'help') console.log(USAGE);
else if ('problem' in read) {
  console.error(`${read.problem}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  const { events, isJson } = read;
  const seeds = read.seed === undefined ? Array.from({ length: read.seeds }, (_, n) => String(n + 1)) : [read.seed];
  const began = performance.now();
  const say = (text: string) => {
    progress.clear();
    if (!isJson) console.log(text);
  };
  const write = process.stdout.isTTY && !isJson ? (text: string) => void process.stdout.write(text) : undefined;
  const progress = new Progress({ total: seeds.length, now: () => performance.now(), write });
  const failures: { readonly seed: string; readonly failure: string }[] = [];
  let [struck, cpuMs] = [0, 0];
  await withAssemblies((assemblies) =>
    simulateSeeds({ seeds, events, assemblies, patches: [] }, (result) => {
      const { seed, hash, failure } = result;
      struck += result.faults;
      cpuMs += result.cpuMs;
      if (failure !== undefined) {
        failures.push({ seed, failure });
        say(`${failure}\n`);
      } else if (read.seed !== undefined) say(`seed ${seed}: ${hash}`);
      progress.note(result);
    }),
  );
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  const cpuMsEach = Number((cpuMs / seeds.length).toFixed(1));
  say(
    `${counted(seeds.length, 'day')} of ${counted(events, 'sign-up')}, ${counted(struck, 'fault')} struck: ` +
      `${failures.length === 0 ? 'every promise was kept' : `${counted(failures.length, 'day')} broke a promise`}. ` +
      `${seconds} s, ${cpuMsEach} ms of processor time each`,
  );
  if (isJson) console.log(JSON.stringify({ schedules: seeds.length, events, struck, seconds, cpuMsEach, failures }));
  if (failures.length > 0) process.exitCode = 1;
}

function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
