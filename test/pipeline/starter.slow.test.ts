import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { compileCache, undisturbedAssembly } from '../support/assembly.ts';
import { CLI, pipeline } from '../support/cli.ts';
import { makeDataFolder } from '../support/data-folder.ts';
import { TIME_FACTOR } from '../support/limits.ts';
import { Pipeline } from '../support/pipeline.ts';
import { RunningCommand } from '../support/running-command.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Nothing of this machine's: no settings of npm. */
const ENVIRONMENT = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  npm_config_userconfig: '/dev/null',
  npm_config_update_notifier: 'false',
  ...compileCache(),
  ...TIME_FACTOR,
};

let data: ReturnType<typeof makeDataFolder>;
beforeEach(() => {
  data = makeDataFolder();
});
afterEach(() => data.remove());

test.each<{ starter: string; command: readonly string[]; signal: NodeJS.Signals }>([
  { starter: 'npx', command: ['npx', 'pipeline'], signal: 'SIGTERM' },
  { starter: 'npx', command: ['npx', 'pipeline'], signal: 'SIGKILL' },
  { starter: 'a shell', command: ['sh', '-c', '"$@" & wait', 'sh', process.execPath, CLI], signal: 'SIGTERM' },
])(
  'given pipeline dev, when $starter that started it gets a $signal, then the engine stops in order',
  async (given) => {
    const [file = '', ...args] = given.command;
    const dev = ['dev', '--port', '0', '--assembly', undisturbedAssembly(), '--data', data.folder, '--no-samples'];
    const starter = new RunningCommand(file, [...args, ...dev], { cwd: ROOT, env: ENVIRONMENT });
    const [, port = ''] = await starter.shows(/ runs at http:\/\/127\.0\.0\.1:(\d+) /);
    await starter.shows(/Ctrl-C stops it\./);
    expect(await pipeline(['register', 'test4', '--port', port])).toMatchObject({ exitCode: 0 });
    await starter.endBy(given.signal);
    expect(starter.shown).toMatch(/\nStopping\.\n$/);
    const after = await Pipeline.startUndisturbed({ dataFolder: data.folder });
    expect(await after.recorded('test4')).toHaveProperty('s3_bucket_uri');
    await after.stop();
  },
);
