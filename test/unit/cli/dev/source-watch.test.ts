import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SourceWatch } from '../../../../cli/commands/dev/source-watch.ts';

describe('a watch of sources', () => {
  let folder: string;
  let watch: SourceWatch;
  let waiting: { path: string; resolve: () => void }[];
  const told: string[] = [];

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'source-watch-')));
    told.length = 0;
    waiting = [];
    await mkdir(join(folder, 'services/audit'), { recursive: true });
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'cdk.json'), '{}');
    const sources = [join(folder, 'services'), join(folder, 'cdk.json')];
    const onProblem = (error: Error) => {
      throw error;
    };
    watch = await SourceWatch.start({ sources, onProblem });
  });
  afterEach(async () => {
    await watch.close();
    await rm(folder, { recursive: true });
  });

  const listen = () =>
    watch.tell((paths) => {
      told.push(...paths);
      for (const { path, resolve } of waiting) if (told.includes(path)) resolve();
    });
  const toldOf = (file: string): Promise<void> => {
    const path = join(folder, file);
    return new Promise((resolve) => (told.includes(path) ? resolve() : waiting.push({ path, resolve })));
  };
  const write = (file: string, text = 'x') => writeFile(join(folder, file), text);

  /** Saves a file again and again, as somebody does who sees nothing happen: one change may go under in another one. */
  const savedUntilTold = async (file: string): Promise<void> => {
    told.length = 0;
    let saves = 0;
    const again = setInterval(() => void write(file, String(++saves)), 200);
    await toldOf(file).finally(() => clearInterval(again));
  };

  test('tells of new, changed and removed files, and of those in new folders', async () => {
    listen();
    await write('services/audit/handler.ts');
    await toldOf('services/audit/handler.ts');
    await mkdir(join(folder, 'services/mailer'));
    await write('services/mailer/handler.ts');
    await toldOf('services/mailer/handler.ts');
    told.length = 0;
    await rm(join(folder, 'services/audit'), { recursive: true });
    await toldOf('services/audit/handler.ts');
  });

  test('tells what has changed before anyone listened', async () => {
    await write('services/audit/handler.ts');
    listen();
    await toldOf('services/audit/handler.ts');
  });

  test('goes on with a file that was removed and made again, and with such a folder', async () => {
    listen();
    for (const text of ['1', '2', '3']) {
      await rm(join(folder, 'cdk.json'));
      await write('cdk.json', text);
    }
    await savedUntilTold('cdk.json');
    await rm(join(folder, 'services'), { recursive: true });
    await mkdir(join(folder, 'services/audit'), { recursive: true });
    await savedUntilTold('services/audit/handler.ts');
  });

  test('leaves alone what is no source, hidden, installed, synthesized, or a copy that an editor made', async () => {
    listen();
    for (const file of ['other/x.ts', 'package.json', 'services/.x.swp', 'services/audit/handler.ts~'])
      await write(file);
    await mkdir(join(folder, 'services/node_modules'));
    await write('services/node_modules/x.js');
    await write('services/draft.ts');
    await rename(join(folder, 'services/draft.ts'), join(folder, 'services/final.ts'));
    await toldOf('services/final.ts');
    expect(told.filter((path) => !path.endsWith('.ts') || path.includes('other'))).toEqual([]);
  });
});
