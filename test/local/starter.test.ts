import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { compileCache, undisturbedAssembly } from '../support/assembly.ts';
import { makeDataFolder } from '../support/data-folder.ts';
import { TIME_FACTOR } from '../support/limits.ts';
import { Pipeline } from '../support/pipeline.ts';
import { CLI, pipeline } from './cli-process.ts';

const ROOT = join(import.meta.dirname, '..', '..');

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
    const starter = spawn(file, [...args, ...dev], {
      cwd: ROOT,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        npm_config_userconfig: '/dev/null',
        npm_config_update_notifier: 'false',
        ...compileCache(),
        ...TIME_FACTOR,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    const isUp = Promise.withResolvers<string>();
    // The pipe is open as long as anything that was started has it.
    const ended = once(starter.stdout.setEncoding('utf8'), 'end');
    starter.stdout.on('data', (text: string) => {
      said += text;
      const [, port] = / runs at http:\/\/127\.0\.0\.1:(\d+) /.exec(said) ?? [];
      if (port !== undefined && said.includes('Ctrl-C stops it.')) isUp.resolve(port);
    });
    void ended.then(() => isUp.reject(new Error(`it has ended: ${said}`)));
    const port = await isUp.promise;
    expect(await pipeline(['register', 'test4', '--port', port])).toMatchObject({ exitCode: 0 });
    starter.kill(given.signal);
    await ended;
    expect(said).toMatch(/\nStopping\.\n$/);
    const after = await Pipeline.startUndisturbed({ dataFolder: data.folder });
    expect(await after.recorded('test4')).toHaveProperty('s3_bucket_uri');
    await after.stop();
  },
);
