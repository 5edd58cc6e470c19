import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Commands } from '../../soak/load/commands.ts';
import type { Life } from '../../soak/load/engine-lives.ts';
import { makeDataFolder } from '../../support/data-folder.ts';

const { folder, remove } = makeDataFolder();
afterAll(remove);

const LIFE: Life = { number: 1, pid: 1, readyAt: 0 };
/** A command that is run so often is run for ever. */
const MOST_RUNS = 3;

/** Commands that are this program, which gets the number of its run, from 1 on, as its last word. */
function commandsOf(source: string): Commands {
  const program = join(folder, 'program.mjs');
  writeFileSync(program, source);
  let runs = 0;
  const lives = {
    up: async () => {
      if (runs > MOST_RUNS) throw new Error('it is run for ever');
      return LIFE;
    },
    get port() {
      runs += 1;
      return String(runs);
    },
  };
  return new Commands({ lives, program, graceSeconds: 1, onRegistered: () => {} });
}

const DOCTOR = { name: 'doctor', pause: 0, pick: 0 } as const;

test.each(['SIGTERM', 'SIGKILL'])(
  'a command that %s ends unasked is a problem, and is not run again',
  async (signal) => {
    const commands = commandsOf(`process.kill(process.pid, '${signal}'); setInterval(() => {}, 1000);`);
    await commands.run({ ...DOCTOR, kills: [] });
    expect(commands.problems).toEqual([
      expect.stringContaining(`it was ended by ${signal}, which the test did not send`),
    ]);
    expect(commands.counts.get('doctor')).toMatchObject({ runs: 1, killed: 0 });
  },
);

test('a command that was killed as planned is run again, and is no problem', async () => {
  const commands = commandsOf(`if (process.argv.at(-1) === '1') setInterval(() => {}, 1000);`);
  await commands.run({ ...DOCTOR, kills: [0.1] });
  expect(commands.problems).toEqual([]);
  expect(commands.counts.get('doctor')).toMatchObject({ runs: 2, killed: 1 });
});
