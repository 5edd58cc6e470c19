import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteRuleCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonLines, pipeline as run, startCommand } from '../support/cli.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';
import { leftBehind, NOTHING } from './temporary-queues.ts';

let production: Pipeline;
let laptop: Pipeline;
let folder: string;
beforeAll(async () => {
  [production, laptop] = await Promise.all([Pipeline.startUndisturbed(), Pipeline.startUndisturbed()]);
  folder = await mkdtemp(join(tmpdir(), 'moved-'));
  await production.register('alice');
  await production.recorded('alice');
  const secret = { userId: 'bob', registeredAt: 1714458435, email: 'bob@example.com' };
  const metadata = { schemaVersion: 1, eventId: 'b', correlationId: 'b' };
  await production.put('users-table', 'UserRegistered', { metadata, data: secret });
  await production.put('elsewhere', 'Strange', { secret: 'x' });
});
afterAll(async () => {
  await Promise.all([production.stop(), laptop.stop()]);
  await rm(folder, { recursive: true });
});

const events = (of: Pipeline, ...args: string[]) => run(['events', ...args, '--port', of.port]);
const file = (name: string) => join(folder, name);

interface Moved {
  readonly detail: { readonly metadata: { readonly eventId: string; readonly replayName?: string } };
}
const eventIds = (entries: readonly object[]) => entries.map((entry) => (entry as Moved).detail.metadata.eventId);
const parsed = (line: string) => JSON.parse(line) as object;
const idsOn = (of: Pipeline) =>
  eventIds(of.entries(({ hop, source, replay }) => hop === 'event' && source !== 'elsewhere' && replay === undefined));

describe('pipeline events export', () => {
  test('writes what the contracts name, with the ids, and says what it left out', async () => {
    await production.waitFor('the bucket of bob', (entry) => isEvent(entry, 'BucketCreated'), 2);
    const ended = await events(production, 'export', file('all.jsonl'), '--from', '1h');
    expect(ended).toEqual({
      exitCode: 0,
      stdout: '',
      stderr:
        `4 events written to ${file('all.jsonl')}\n` +
        'UserRegistered detail.data.email left out of 1 event: its contract does not name it\n' +
        '1 event left out: Strange: this checkout has no contract for its source and version\n',
    });
    const text = await readFile(file('all.jsonl'), 'utf8');
    expect(text).not.toContain('example.com');
    expect(eventIds(jsonLines({ stdout: text })).sort()).toEqual(idsOn(production).sort());
    await expect(leftBehind(production)).resolves.toEqual(NOTHING);
  });

  test('interrupted, leaves no file, and nothing on AWS', async () => {
    const command = startCommand(['events', 'export', file('never.jsonl'), '--from', '1h', '--port', production.port]);
    await production.waitFor('its replay', ({ operation }) => operation === 'StartReplay', 2);
    await expect(command.stop('SIGINT')).resolves.toBe(130);
    expect((await readdir(file('.'))).filter((name) => name.startsWith('never.jsonl'))).toEqual([]);
    await expect(leftBehind(production)).resolves.toEqual(NOTHING);
  });

  test('beside another one to the same file, writes all events, and the file is that of one of them', async () => {
    const exporting = () => run(['events', 'export', file('both.jsonl'), '--from', '1h', '--port', production.port]);
    const ended = await Promise.all([exporting(), exporting()]);
    expect(ended.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, expect.stringContaining('written to')],
      [0, expect.stringContaining('written to')],
    ]);
    const text = await readFile(file('both.jsonl'), 'utf8');
    expect(eventIds(jsonLines({ stdout: text })).sort()).toEqual(idsOn(production).sort());
    expect((await readdir(file('.'))).filter((name) => name.startsWith('both.jsonl'))).toEqual(['both.jsonl']);
  });

  test('to the output is what import reads', async () => {
    const { stdout } = await events(production, 'export', '-', '--from', '1h', '--user', 'alice');
    expect(jsonLines({ stdout })).toHaveLength(2);
  });
});

describe('pipeline events import', () => {
  /** As for a subscriber that says replays: 'skip'. */
  const skipper = async (type: string) => {
    const [EventBusName, Name] = [laptop.output('EventBusName'), 'welcome-mail'];
    const absent = [{ exists: false }];
    const pattern = { 'detail-type': [type], 'replay-name': absent, detail: { metadata: { replayName: absent } } };
    await laptop.events.send(new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }));
    return {
      matched: () => laptop.entries((entry) => entry.hop === 'rule' && entry.rule === Name && entry.matched === true),
      remove: () => laptop.events.send(new DeleteRuleCommand({ Name, EventBusName })),
    };
  };

  test('with --dry-run says who would get the events, and puts none', async () => {
    const { remove } = await skipper('UserRegistered');
    const { stdout } = await events(laptop, 'import', file('all.jsonl'), '--dry-run');
    await remove();
    expect(stdout).toMatch(
      /^EVENT +EVENTS +GET THEM +SKIP IMPORTS\nUserRegistered +2 +bucket-service +welcome-mail\nBucketCreated +2 +uri-recorder\n$/m,
    );
    expect(idsOn(laptop)).toEqual([]);
  });

  test('a file with a line that is no valid event changes nothing', async () => {
    const text = await readFile(file('all.jsonl'), 'utf8');
    await writeFile(file('broken.jsonl'), `${text}{"detail-type":"UserRegistered"}\n`);
    const ended = await events(laptop, 'import', file('broken.jsonl'), '--yes');
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /error: nothing was imported, because not every line is an event by its contract: line 5: UserRegistered: /,
    );
    expect(idsOn(laptop)).toEqual([]);
  });

  test('given a failure, says how far it came, and another run continues there; who skips replays gets none', async () => {
    const { matched, remove } = await skipper('BucketCreated');
    const all = (await readFile(file('all.jsonl'), 'utf8')).split('\n');
    // Nothing is published because of these. They are twelve, in two requests.
    const buckets = all.filter((line) => line.includes('"BucketCreated"'));
    await writeFile(file('many.jsonl'), `${Array.from({ length: 6 }, () => buckets.join('\n')).join('\n')}\n`);
    laptop.engine.faults.fail('events:PutEvents', 'AccessDeniedException', { nth: 2 });
    const first = await events(laptop, 'import', file('many.jsonl'), '--yes', '--rate', '400');
    expect(first.exitCode).toBe(1);
    expect(first.stderr).toMatch(
      /\n10 of 12 events are on the bus; to continue: npx pipeline events import \S+many\.jsonl --port \d+\nerror: /,
    );
    const second = await events(laptop, 'import', file('many.jsonl'), '--yes', '--rate', '400', '--json');
    expect(jsonLines(second)).toEqual([expect.objectContaining({ events: 12, done: 12, refused: [] })]);
    const imported = laptop.entries((entry) => isEvent(entry, 'BucketCreated')) as unknown as Moved[];
    expect(eventIds(imported)).toEqual(Array.from({ length: 6 }, () => eventIds(buckets.map(parsed))).flat());
    const names = new Set(imported.map(({ detail }) => detail.metadata.replayName));
    expect([...names]).toEqual([expect.stringMatching(/^import-/)]);
    expect([matched(), existsSync(file('many.jsonl.imported'))]).toEqual([[], false]);

    await events(laptop, 'import', file('many.jsonl'), '--yes', '--include-skipped', '--rate', '400');
    expect(matched()).toHaveLength(12);
    await remove();
  });

  test('puts nothing where it cannot keep how far it is', async () => {
    const text = await readFile(file('many.jsonl'), 'utf8');
    await writeFile(file('unkept.jsonl'), text);
    // Whoever runs this may write anywhere, but not in place of a folder.
    await mkdir(join(file('unkept.jsonl.imported'), 'x'), { recursive: true });
    const onBus = () => laptop.entries((entry) => isEvent(entry, 'BucketCreated')).length;
    const before = onBus();
    const unkept = await events(laptop, 'import', file('unkept.jsonl'), '--from-start', '--yes');
    expect(unkept).toMatchObject({ exitCode: 1, stdout: '' });
    expect(unkept.stderr).toMatch(
      /\nerror: \S+unkept\.jsonl\.imported keeps how far the import is, and cannot be written: .+\n$/,
    );
    expect(onBus()).toBe(before);
  });

  test('stopped by Ctrl-C, says how far it came', async () => {
    const buckets = (await readFile(file('many.jsonl'), 'utf8')).trimEnd();
    await writeFile(file('slow.jsonl'), [buckets, buckets].join('\n'));
    const onBus = () => laptop.entries((entry) => isEvent(entry, 'BucketCreated')).length;
    const before = onBus();
    // The second request would come after ten seconds.
    const command = startCommand([
      'events',
      'import',
      file('slow.jsonl'),
      '--yes',
      '--rate',
      '1',
      '--port',
      laptop.port,
    ]);
    await laptop.waitFor('the first request', (entry) => isEvent(entry, 'BucketCreated'), before + 10);
    await expect(command.stop('SIGINT')).resolves.toBe(130);
    expect(command.shown).toMatch(
      /stopped: 10 of 24 events are on the bus; to continue: npx pipeline events import \S+slow\.jsonl --port \d+\n/,
    );
    expect(onBus()).toBe(before + 10);
  });

  test.each<[string, string[], RegExp]>([
    ['a file that is not there', ['import', '/nowhere/a.jsonl', '--yes'], /^error: \/nowhere\/a\.jsonl cannot be read/],
    [
      'a file that cannot be written',
      ['export', '/nowhere/a.jsonl', '--from', '1h'],
      /^error: \/nowhere\/a\.jsonl cannot be written/,
    ],
    ['a folder', ['export', tmpdir(), '--from', '1h'], /^error: \S+ is a folder; name a file in it\n$/],
    [
      'JSON and events on one output',
      ['export', '-', '--from', '1h', '--json'],
      /^error: --json says what was written/,
    ],
  ])('%s is refused in one line', async (_, args, message) => {
    const ended = await events(laptop, ...args);
    expect(ended.stderr).toMatch(message);
    expect(ended.stdout).toBe('');
    expect(ended.exitCode).not.toBe(0);
  });
});
