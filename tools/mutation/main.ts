import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Equivalent, judge, readEquivalents } from './equivalents.ts';
import { type Area, ROOT, readAreas } from './folders.ts';
import { type TriedMutant, tryMutants } from './measure.ts';
import { testsOf } from './reach.ts';
import { describeFolder, describeScore } from './report.ts';
import { type FolderScore, hashesOf, LEAST_SCORE, SCORES_FILE, scoreOf, writeScores } from './score.ts';

const USAGE = `npm run mutation -- [--folder NAME] [--file PATH] [--workers N] [--write]

Changes the code in small ways, one at a time, in a copy of the project, and runs the unit tests that cover it. A change that no
test notices has survived. Prints the survivors, and the score of each folder.

  --folder NAME  only this folder and those in it, such as services or operations/replay; may be repeated
  --file PATH    only this source; may be repeated
  --workers N    processes that run tests (default: one for each core)
  --write        writes ${SCORES_FILE}, as a run without --folder and --file does
  --help         prints this

Exit codes: 0 every folder has at least ${LEAST_SCORE}%, 1 one has less, 2 wrong usage.`;

/** Survivors in the form of an entry of the equivalents. */
const SURVIVORS_FILE = 'node_modules/.cache/mutation/survivors.json';

/** @throws TypeError or RangeError that says what is wrong with the command line */
function readArguments(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      folder: { type: 'string', multiple: true, default: [] },
      file: { type: 'string', multiple: true, default: [] },
      workers: { type: 'string', default: String(availableParallelism()) },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const workers = Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1)
    throw new RangeError(`--workers must be a whole number, not '${values.workers}'.`);
  if (values.write && values.file.length > 0) throw new RangeError('--write is for whole folders: leave out --file.');
  // As shells complete the name of a folder.
  const folder = values.folder.map((name) => name.replace(/\/$/, ''));
  return { ...values, folder, workers, isWhole: values.folder.length + values.file.length === 0 };
}

type Arguments = ReturnType<typeof readArguments>;

/** The areas with only the folders and files that were asked for. @throws RangeError for what is not measured */
function choose(areas: readonly Area[], { folder: folders, file: files, isWhole }: Arguments): Area[] {
  const isIn = (name: string, asked: string) => name === asked || name.startsWith(`${asked}/`);
  const all = areas.flatMap((area) => area.folders);
  for (const asked of folders) {
    if (all.some(({ name }) => isIn(name, asked))) continue;
    throw new RangeError(`No folder ${asked} is measured. These are: ${all.map(({ name }) => name).join(', ')}.`);
  }
  for (const asked of files) {
    if (all.some((folder) => folder.files.includes(asked))) continue;
    throw new RangeError(`${asked} is not measured: see tools/mutation/folders.ts.`);
  }
  const ofFolder = ({ name, files: own }: Area['folders'][number]) =>
    isWhole || folders.some((asked) => isIn(name, asked)) ? own : own.filter((file) => files.includes(file));
  return areas
    .map(({ tests, folders: own }) => ({
      tests,
      folders: own.map((each) => ({ ...each, files: ofFolder(each) })).filter((each) => each.files.length > 0),
    }))
    .filter((area) => area.folders.length > 0);
}

async function run(areas: readonly Area[], args: Arguments): Promise<number> {
  const scores: Record<string, FolderScore> = {};
  const survivors: TriedMutant[] = [];
  for (const { tests, folders } of areas) {
    const testsOfEach = Object.fromEntries(
      folders.flatMap(({ files }) => {
        const ofFolder = testsOf(files, tests);
        return files.map((file) => [file, ofFolder] as const);
      }),
    );
    const before = new Map(folders.map((folder) => [folder, hashesOf(folder)]));
    const date = new Date().toISOString().slice(0, 10);
    const tried = await tryMutants({ tests: testsOfEach, workers: args.workers });
    for (const folder of folders) {
      const ofFolder = tried.filter(({ file }) => folder.files.includes(file));
      const judged = judge(
        ofFolder,
        readEquivalents(folder.name).filter(({ file }) => folder.files.includes(file)),
      );
      const score = scoreOf(ofFolder, judged, { date, files: before.get(folder) ?? {} });
      scores[folder.name] = score;
      survivors.push(...judged.survivors);
      console.log(describeFolder(folder.name, score, judged));
    }
    // After each area, since the next one may take long.
    if (args.isWhole || args.write) writeScores(scores);
  }
  for (const [name, score] of Object.entries(scores)) console.log(`${name.padEnd(48)} ${describeScore(score)}`);
  writeSurvivors(survivors);
  return Object.values(scores).every(({ score }) => score >= LEAST_SCORE) ? 0 : 1;
}

function writeSurvivors(survivors: readonly TriedMutant[]): void {
  const entries = survivors.map(
    ({ file, lineText, original, replacement }): Equivalent => ({ file, lineText, original, replacement, reason: '' }),
  );
  const path = join(ROOT, SURVIVORS_FILE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(entries, null, 2)}\n`);
  console.log(`\n${survivors.length} survivors, as entries for the equivalents, are in ${SURVIVORS_FILE}`);
}

process.chdir(ROOT);
process.env.PIPELINE_TIME_FACTOR ??= '10';
const asked = readAsked();
if (asked === 'help') console.log(USAGE);
else if ('problem' in asked) {
  console.error(`${asked.problem}\n\n${USAGE}`);
  process.exitCode = 2;
} else process.exitCode = await run(asked.areas, asked.args);

/** What to measure. Any other error is one of the tool, and keeps its stack. */
function readAsked(): 'help' | { readonly problem: string } | { readonly areas: Area[]; readonly args: Arguments } {
  try {
    const args = readArguments(process.argv.slice(2));
    return args.help ? 'help' : { args, areas: choose(readAreas(), args) };
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return { problem: error.message };
    throw error;
  }
}
