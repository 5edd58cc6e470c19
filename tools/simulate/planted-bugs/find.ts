/**
 * `npm run simulate:planted`: looks for each planted bug, and notes a seed that finds it in `found-by-seed.json`: the one that is there,
 * or the first that does. Run it when the seeds give other days: when a kind of fault is added or chosen more often.
 */
import { availableParallelism } from 'node:os';
import pMap from 'p-map';
import { runProgram } from '../../../cli/output/run-program.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { script } from '../../script.ts';
import { simulateInProcess } from '../processes.ts';
import { withAssemblies } from '../stages/synthesize.ts';
import { EVENTS, MOST_SEEDS, noteSeed, type PlantedBug, plantedBugs } from './index.ts';

async function findAll(text: string): Promise<void> {
  const bugs = plantedBugs().filter(({ file }) => file.includes(text));
  if (bugs.length === 0) throw new UsageError(`No planted bug has ${JSON.stringify(text)} in the name of its file.`);
  await withAssemblies(async (assemblies) => {
    const all = Array.from({ length: MOST_SEEDS }, (_, n) => String(n + 1));
    const find = async ({ file, patches, foundBySeed }: PlantedBug) => {
      const seeds = foundBySeed === undefined ? all : [foundBySeed, ...all.filter((seed) => seed !== foundBySeed)];
      let found: string | undefined;
      await simulateInProcess({ seeds, events: EVENTS, assemblies, patches, untilFirst: true }, ({ seed, failure }) => {
        if (failure !== undefined) found = seed;
      });
      noteSeed(file, found);
      console.log(`${found === undefined ? `not within ${MOST_SEEDS} seeds` : `seed ${found}`}: ${file}`);
      if (found === undefined) process.exitCode = 1;
      return found;
    };
    const seeds = await pMap(bugs, find, { concurrency: availableParallelism() });
    const found = seeds.filter((seed) => seed !== undefined).map(Number);
    const [first = 0, last = 0] = [Math.min(...found), Math.max(...found)];
    const where = found.length === 0 ? '' : `, by the seeds ${first} to ${last}`;
    console.log(`${found.length} of ${bugs.length} planted bugs are found${where}.`);
  });
}

await runProgram(
  script('simulate:planted', 'Looks for planted bugs, and notes the seed that finds each.')
    .argument('[text]', 'only those with this text in the names of their files', '')
    .addHelpText('after', '\nExit codes: 0 each is found, 1 one is not, 2 there is no such bug.')
    .action(findAll),
);
