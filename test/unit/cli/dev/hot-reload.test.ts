import { describe, expect, test } from '@jest/globals';
import type { CloudApp } from '../../../../cli/commands/dev/cloud-apps.ts';
import { HotReload } from '../../../../cli/commands/dev/hot-reload.ts';
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
    'done: mended, and nothing else has changed in 0.4 s',
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
