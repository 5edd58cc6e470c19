import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudApp } from '../../../../cli/commands/dev/apps.ts';
import { HotReload, SourceWatch } from '../../../../cli/commands/dev/reload.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import type { StackChange } from '../../../../packages/local-engine/index.ts';

const RELOADED: StackChange = {
  stack: 'user-bucket-pipeline-dev',
  logicalId: 'UriRecorderFunction8C3F47C9',
  type: 'AWS::Lambda::Function',
  change: 'changed',
};

/** Two apps that note when they are synthesized, and an engine that notes when it is updated. */
function watched({
  update = async (): Promise<readonly StackChange[]> => [RELOADED],
  synthesize = async (_app: string): Promise<void> => {},
} = {}) {
  const calls: string[] = [];
  const lines: string[] = [];
  const app = (name: string, sources: readonly string[]): CloudApp => ({
    name,
    outdir: `/out/${name}`,
    sources,
    synthesize: () => {
      calls.push(name);
      return synthesize(name);
    },
    close: () => {},
  });
  let now = 0;
  const reload = new HotReload({
    apps: [app('own', ['/project/services', '/project/cdk']), app('other', ['/other', '/project/cdk'])],
    update: () => {
      calls.push('update');
      return update();
    },
    onDone: (line) => lines.push(`done: ${line}`),
    onProblem: (line) => lines.push(`problem: ${line}`),
    now: () => {
      now += 420;
      return now;
    },
  });
  return { reload, calls, lines };
}

describe('what is saved', () => {
  test.each([
    [['/project/services/uri-recorder/handler.ts'], ['own', 'update']],
    [['/other/app.ts'], ['other', 'update']],
    [['/project/cdk/constructs/subscriber.ts'], ['own', 'other', 'update']],
    [
      ['/project/services', '/other/app.ts'],
      ['own', 'other', 'update'],
    ],
    [['/project/services-of-others/handler.ts'], []],
    [[], []],
  ])('given %j, synthesizes the apps that are made of it, then updates the engine', async (paths, expected) => {
    const { reload, calls } = watched();
    await reload.take(paths);
    expect(calls).toEqual(expected);
  });

  test('is told with what came of it, and how long it took', async () => {
    const { reload, lines } = watched();
    await reload.take(['/project/services/uri-recorder/handler.ts']);
    expect(lines).toEqual(['done: uri-recorder reloaded in 0.4 s']);
  });

  test('given that nothing of the stack has changed, nothing is said', async () => {
    const { reload, lines } = watched({ update: async () => [] });
    await reload.take(['/project/services/README.md']);
    expect(lines).toEqual([]);
  });

  test('while an update is under way, goes into the next one: never two at a time, none forgotten', async () => {
    const gates = [Promise.withResolvers<readonly StackChange[]>(), Promise.withResolvers<readonly StackChange[]>()];
    let updates = 0;
    const { reload, calls } = watched({ update: () => gates[updates++]?.promise ?? Promise.resolve([]) });
    const first = reload.take(['/project/services/a.ts']);
    void reload.take(['/project/services/b.ts']);
    void reload.take(['/other/c.ts']);
    gates[1]?.resolve([]);
    gates[0]?.resolve([]);
    await first;
    expect(calls).toEqual(['own', 'update', 'own', 'other', 'update']);
  });
});

test('given that one app cannot be synthesized, the others are, and it is tried again with the next save', async () => {
  const failures = [new CommandFailure('broken')];
  const { reload, calls, lines } = watched({
    synthesize: async (app) => {
      const failure = app === 'own' ? failures.shift() : undefined;
      if (failure) throw failure;
    },
  });
  await reload.take(['/project/cdk/constructs/subscriber.ts']);
  await reload.take(['/other/app.ts']);
  expect(calls.slice(0, 3)).toEqual(['own', 'other', 'update']);
  expect(calls.slice(3).toSorted()).toEqual(['other', 'own', 'update']);
  expect(lines[0]).toBe('problem: broken; the last good version keeps running');
});

test('given a stop, what is under way is waited for, nothing more is begun, and nothing is said', async () => {
  const gate = Promise.withResolvers<readonly StackChange[]>();
  const { reload, calls, lines } = watched({ update: () => gate.promise });
  void reload.take(['/project/services/a.ts']);
  void reload.take(['/project/services/b.ts']);
  const stopped = reload.stop();
  gate.reject(new CommandFailure('ended'));
  await stopped;
  await reload.take(['/project/services/c.ts']);
  expect(calls).toEqual(['own', 'update']);
  expect(lines).toEqual([]);
});

test('given that a mistake is taken back, it is said that all is well again', async () => {
  const failures = [new CommandFailure('no')];
  const { reload, lines } = watched({
    update: async () => {
      const failure = failures.shift();
      if (failure) throw failure;
      return [];
    },
  });
  for (const _ of [1, 2, 3]) await reload.take(['/project/services/a.ts']);
  expect(lines).toEqual([
    'problem: no; the last good version keeps running',
    'done: fixed; nothing else has changed in 0.4 s',
  ]);
});

test.each<[string, Error, RegExp]>([
  [
    'a mistake of the person',
    new CommandFailure('handler.ts:2: Expected ";"'),
    /^problem: handler\.ts:2: Expected ";"; /,
  ],
  ['a bug', new TypeError('x is not a function'), /^problem: This is a bug .*x is not a function/s],
])(
  'given %s, it is told, the last good version keeps running, and the next save is taken',
  async (_case, error, line) => {
    const failures = [error];
    const { reload, lines } = watched({
      update: async () => {
        const failure = failures.shift();
        if (failure) throw failure;
        return [RELOADED];
      },
    });
    await reload.take(['/project/services/a.ts']);
    await reload.take(['/project/services/a.ts']);
    expect(lines[0]).toMatch(line);
    expect(lines[0]).toMatch(/; the last good version keeps running$/);
    expect(lines[1]).toBe('done: uri-recorder reloaded in 0.4 s');
  },
);

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
    watch.onChange((paths) => {
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
