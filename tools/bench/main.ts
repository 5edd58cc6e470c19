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
import { compared, type Figure } from './figures.ts';

/** What each measures; a file of this name in measures/. The first ones take seconds, the last ones minutes. */
const MEASURES: Readonly<Record<string, string>> = {
  start: 'an assembly until the engine is ready',
  'app-start': 'npm start until the first sample user has a URI',
  rest: 'one registration at a time',
  cold: '500 registrations on an engine that has just started',
  load: 'registrations at full speed, first 1,000, then 20,000',
  bundle: 'cold starts on AWS, against bare handlers with the same clients',
  reload: 'a saved handler until its new code is ready',
  replay: 'replays to all subscribers and to one',
  data: 'registrations with a data folder and without, and a restart over 100,000 users',
  many: 'registrations at full speed up to 100,000 users',
  commands: 'commands on 100,000 users, 100,000 archived events and 10,000 dead letters',
};

const USAGE = `Usage: npm run bench -- [measure…] [--against FOLDER] [--rounds N]

${Object.entries(MEASURES)
  .map(([name, what]) => `  ${name.padEnd(10)} ${what}`)
  .join('\n')}

  --against FOLDER   a second checkout of the project, with node_modules, to compare with
  --rounds N         how often to run each measure in each checkout (default: 1)
`;

const HERE = join(import.meta.dirname, '..', '..');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' }, rounds: { type: 'string', default: '1' }, help: { type: 'boolean' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(MEASURES);
const unknown = names.filter((name) => !(name in MEASURES));
const rounds = Number(values.rounds);
if (values.help || unknown.length > 0 || !(Number.isInteger(rounds) && rounds > 0)) {
  if (unknown.length > 0) console.error(`There is no measure ${unknown.join(', ')}.\n`);
  console.error(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  for (const name of names) await runMeasure(name);
}

async function runMeasure(name: string): Promise<void> {
  const against = values.against === undefined ? undefined : resolve(values.against);
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
  const file = join(checkout, 'tools', 'bench', 'measures', `${name}.ts`);
  const child = spawn(process.execPath, [file], { cwd: checkout, stdio: ['ignore', 'pipe', 'inherit'] });
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
