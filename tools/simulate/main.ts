/**
 * `npm run simulate`: runs schedules in one process per core, and prints each seed that breaks a promise, with the least of it that
 * still does and what happened to the user. See decision 0038.
 */
import { jsonLine, print } from '../../cli/output/output.ts';
import { Progress } from '../../cli/output/progress.ts';
import { runProgram } from '../../cli/output/run-program.ts';
import { numberText } from '../../operations/messages/display.ts';
import { defineSimulate, type SimulateOptions, seedsOf } from './arguments.ts';
import { simulateSeeds } from './processes.ts';
import { withAssemblies } from './stages/synthesize.ts';

async function simulate(options: SimulateOptions): Promise<void> {
  const { events, json = false } = options;
  const seeds = seedsOf(options);
  const began = performance.now();
  const progress = new Progress({ label: 'days', total: seeds.length });
  const say = (text: string) => {
    progress.clear();
    if (!json) print(`${text}\n`);
  };
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
      } else if (options.seed !== undefined) say(`seed ${seed}: ${hash}`);
      progress.advance();
    }),
  );
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  const cpuMsEach = Number((cpuMs / seeds.length).toFixed(1));
  say(
    `${counted(seeds.length, 'day')} of ${counted(events, 'sign-up')}, ${counted(struck, 'fault')} struck: ` +
      `${failures.length === 0 ? 'every promise was kept' : `${counted(failures.length, 'day')} broke a promise`}. ` +
      `${seconds} s, ${cpuMsEach} ms of processor time each`,
  );
  if (json) print(jsonLine({ schedules: seeds.length, events, struck, seconds, cpuMsEach, failures }));
  if (failures.length > 0) process.exitCode = 1;
}

function counted(number: number, noun: string): string {
  return `${numberText(number)} ${noun}${number === 1 ? '' : 's'}`;
}

await runProgram(defineSimulate().action(simulate));
