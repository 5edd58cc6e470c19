/**
 * `npm run bench [measure…]`: runs measures, each in a process of its own, and prints one line of JSON for each figure. With
 * `--against FOLDER` it runs each in another checkout too, in turns, and prints the figures of both side by side: the speed of a
 * machine changes within minutes, so only figures of one run compare.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { wholeNumber } from '../../cli/options.ts';
import { runProgram } from '../../cli/output/run-program.ts';
import { UsageError } from '../../operations/messages/errors.ts';
import { script } from '../script.ts';
import { MEASURES, MEASURES_HELP, measureFile, usageProblem } from './arguments.ts';
import { compared, type Figure } from './figures.ts';

const MOST_ROUNDS = 1000;
const HERE = join(import.meta.dirname, '..', '..');

interface Options {
  readonly against?: string;
  readonly rounds: number;
}

async function bench(given: string[], options: Options): Promise<void> {
  const names = given.length > 0 ? given : Object.keys(MEASURES);
  const against = options.against === undefined ? undefined : resolve(options.against);
  const problem = usageProblem({ names, against });
  if (problem !== undefined) throw new UsageError(problem);
  for (const name of names) await runMeasure(name, against, options.rounds);
}

async function runMeasure(name: string, against: string | undefined, rounds: number): Promise<void> {
  const before: Figure[] = [];
  const after: Figure[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (against !== undefined) before.push(...(await figuresOf(name, against, 'before')));
    after.push(...(await figuresOf(name, HERE, against === undefined ? undefined : 'after')));
  }
  if (against !== undefined) for (const pair of compared(before, after)) console.log(JSON.stringify(pair));
}

/** Runs one measure in one checkout, and prints its figures as they come. */
async function figuresOf(name: string, checkout: string, label: string | undefined): Promise<Figure[]> {
  console.error(`${name}${label === undefined ? '' : ` (${label})`} …`);
  const child = spawn(process.execPath, [measureFile(name, checkout)], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const figures: Figure[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const figure = JSON.parse(line) as Figure;
    figures.push(figure);
    console.log(JSON.stringify(label === undefined ? figure : { checkout: label, ...figure }));
  }
  const [code, signal] = await ended;
  if (code !== 0) throw new Error(`The measure ${name} failed in ${checkout} (${signal ?? `exit code ${code}`}).`);
  return figures;
}

await runProgram(
  script('bench', 'Measures how fast the project is, and prints a line of JSON for each figure.')
    .argument('[measure...]', 'which measures (default: all)')
    .option('--against <folder>', 'a second checkout of the project, with node_modules, to compare with')
    .option('--rounds <n>', 'how often to run each measure in each checkout', wholeNumber(1, MOST_ROUNDS), 1)
    .addHelpText('after', MEASURES_HELP)
    .action(bench),
);
