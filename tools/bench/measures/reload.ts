import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { median, print, rounded } from '../figures.ts';
import { withProjectCopy } from '../project-copy.ts';

const SAVES = 10;
/** Subscribers beside the pipeline's own two. */
const OTHER_SUBSCRIBERS = [0, 8];
const TARGET_MS = 500;

const HANDLER = 'services/uri-recorder/handler.ts';

/**
 * Saves a subscriber's handler again and again while `pipeline dev` runs, in a copy of the project.
 *
 * @param subscribers how many there are beside the pipeline's own
 * @returns for each save the milliseconds until the new code is loaded, and ready for an event
 */
function reloadTimes(subscribers: number, saves: number): Promise<number[]> {
  return withProjectCopy(async (project) => {
    for (let number = 0; number < subscribers; number += 1) {
      const name = `listener-${String.fromCharCode(97 + number)}`;
      const args = ['cli/pipeline.mjs', 'new', 'subscriber', name, '--on', 'BucketCreated'];
      await promisify(execFile)(process.execPath, args, { cwd: project });
    }
    return await saveInRunning(project, saves);
  });
}

async function saveInRunning(project: string, saves: number): Promise<number[]> {
  const args = ['cli/pipeline.mjs', 'dev', '--port', '0', '--no-samples', '--logs', 'uri-recorder'];
  // Its node_modules is the project's own, where each copy would leave its compiled modules.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(project, 'compiled') };
  const dev = spawn(process.execPath, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: dev.stdout });
  const shows = (text: string) =>
    new Promise<void>((shown) => {
      const look = (line: string) => {
        if (!line.includes(text)) return;
        lines.off('line', look);
        shown();
      };
      lines.on('line', look);
    });
  try {
    await shows('is loaded at once');
    const times: number[] = [];
    for (let save = 0; save < saves; save += 1) {
      const loaded = shows(`uri-recorder: loaded ${save};`);
      const begun = performance.now();
      await appendFile(join(project, HANDLER), `console.log('loaded ${save};');\n`);
      await loaded;
      times.push(performance.now() - begun);
    }
    return times;
  } finally {
    dev.kill();
    await once(dev, 'exit');
  }
}

for (const subscribers of OTHER_SUBSCRIBERS) {
  const times = await reloadTimes(subscribers, SAVES);
  print({
    measure: `a saved handler, until its new code is ready, with ${subscribers + 2} subscribers`,
    unit: 'ms',
    value: median(times),
    all: times.map(rounded),
    target: TARGET_MS,
  });
}
