/**
 * `npm run bench [measure…]`: runs measures, each in a process of its own, and prints one line of JSON for each figure. With
 * `--against FOLDER` it runs each in another checkout too, in turns, and prints the figures of both side by side: the speed of a
 * machine changes within minutes, so only figures of one run compare.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { MEASURES, measureFile, USAGE, usageProblem } from './arguments.ts';
import { compared, type Figure } from './figures.ts';

const HERE = join(import.meta.dirname, '..', '..');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' }, rounds: { type: 'string', default: '1' }, help: { type: 'boolean' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(MEASURES);
const against = values.against === undefined ? undefined : resolve(values.against);
const rounds = Number(values.rounds);
const problem = usageProblem({ names, rounds: values.rounds, against });
if (values.help) console.log(USAGE);
else if (problem !== undefined) {
  console.error(`${problem}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  for (const name of names) await runMeasure(name);
}

async function runMeasure(name: string): Promise<void> {
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
