import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What each measures; a file of this name in measures/. The first ones take seconds, the last ones minutes. */
export const MEASURES: Readonly<Record<string, string>> = {
  start: 'an assembly until the engine is ready',
  'app-start': 'npm start until the first sample user has a URI',
  rest: 'one registration at a time',
  cold: '500 registrations on an engine that has just started',
  load: 'registrations at full speed, first 1,000, then 20,000',
  bundle: 'cold starts on AWS, against bare handlers with the same clients',
  reload: 'a saved handler until its new code is ready',
  console: 'the page: first paint, size, frames under load, and what it takes from registrations',
  replay: 'replays to all subscribers and to one',
  data: 'registrations with a data folder and without, and a restart over 100,000 users',
  many: 'registrations at full speed up to 100,000 users',
  commands: 'commands on 100,000 users, 100,000 archived events and 10,000 dead letters',
};

/** For the help. */
export const MEASURES_HELP = `
Measures:
${Object.entries(MEASURES)
  .map(([name, what]) => `  ${name.padEnd(10)} ${what}`)
  .join('\n')}`;

/** What is wrong with the arguments, before anything is run; undefined if nothing is. */
export function usageProblem({
  names,
  against,
}: {
  readonly names: readonly string[];
  /** The folder of the other checkout. */
  readonly against?: string | undefined;
}): string | undefined {
  const unknown = names.filter((name) => !(name in MEASURES));
  if (unknown.length > 0)
    return `There is no measure ${unknown.join(', ')}; there are ${Object.keys(MEASURES).join(', ')}.`;
  if (against === undefined) return undefined;
  const missing = names.map((name) => measureFile(name, against)).find((file) => !existsSync(file));
  return missing && `There is no ${missing}: --against needs a checkout of this project that has the same measures.`;
}

/** The program of a measure. */
export function measureFile(name: string, checkout: string): string {
  return join(checkout, 'tools', 'bench', 'measures', `${name}.ts`);
}
