import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from '@jest/globals';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { describeStorageProblem, StorageError } from '../../../../packages/local-engine/storage/storage-error.ts';
import { changeAsIfNotStrict } from '../../../support/non-strict.ts';
import { DATABASE, dataFolder, openStorage, ROWS, refusal, writtenFolder } from '../support/folder.ts';

const LOG = `${DATABASE}-wal`;
const CHECKSUM = 'checksum';

const contents = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));

function overwrite(file: string, at: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, at);
  writeFileSync(file, content);
}

/** Bytes that no part of a database is, the same in each run. */
const NOISE = Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919 + 13) % 251));

describe('given a folder of an engine that stopped or was killed, all is there', () => {
  test.each(['stopped', 'killed'] as const)('%s', (left) => {
    const { db } = openStorage(writtenFolder(left));
    expect(db.prepare('SELECT count(*) AS notes FROM notes').get()).toEqual({ notes: ROWS });
  });

  test('an engine that was killed in its first moment leaves an empty file, which is new', () => {
    const folder = dataFolder();
    writeFileSync(join(folder, 'in-use'), 'The engine begins.\n');
    writeFileSync(join(folder, DATABASE), '');
    expect(openStorage(folder).isLasting).toBe(true);
  });

  test('one whose log is lost starts without it once the message was followed', () => {
    const folder = writtenFolder('killed');
    truncateSync(join(folder, LOG));
    const marker = refusal(folder).match(/to continue without them, remove (\S+)\./)?.[1];
    rmSync(`${marker}`);
    expect(openStorage(folder).isLasting).toBe(true);
  });
});

describe('given a damaged folder, a start says what is wrong, and changes nothing', () => {
  const half = (file: string) => truncateSync(file, Math.floor(readFileSync(file).length / 2));
  test.each<[string, 'stopped' | 'killed', (folder: string) => void, RegExp]>([
    ['a database cut in half', 'stopped', (folder) => half(join(folder, DATABASE)), /engine\.db: /],
    ['a database cut in its header', 'stopped', (folder) => truncateSync(join(folder, DATABASE), 50), /engine\.db: /],
    ['noise for a database', 'stopped', (folder) => writeFileSync(join(folder, DATABASE), NOISE), /is not a database/],
    [
      'noise in the middle of the database',
      'stopped',
      (folder) => overwrite(join(folder, DATABASE), 40_000, NOISE),
      /engine\.db is not as the engine left it; if you, .* changed it, remove .*checksum\. /,
    ],
    [
      'the same without a checksum, as after a kill',
      'stopped',
      (folder) => {
        overwrite(join(folder, DATABASE), 40_000, NOISE);
        rmSync(join(folder, CHECKSUM));
      },
      /engine\.db: /,
    ],
    [
      'one wrong letter in a value',
      'stopped',
      (folder) =>
        overwrite(join(folder, DATABASE), readFileSync(join(folder, DATABASE)).indexOf('note 7 '), Buffer.from('m')),
      /engine\.db is not as the engine left it/,
    ],
    [
      'a checksum without its database',
      'stopped',
      (folder) => rmSync(join(folder, DATABASE)),
      /engine\.db is missing, but its checksum in .*checksum is there/,
    ],
    [
      'an empty database beside its log',
      'killed',
      (folder) => writeFileSync(join(folder, DATABASE), ''),
      /engine\.db is empty/,
    ],
    ['an empty database', 'stopped', (folder) => truncateSync(join(folder, DATABASE)), /engine\.db is empty/],
    [
      'a log cut behind its header',
      'killed',
      (folder) => truncateSync(join(folder, LOG), 33),
      /the change log engine\.db-wal with the last changes is empty/,
    ],
    [
      'an empty log',
      'killed',
      (folder) => truncateSync(join(folder, LOG)),
      /the change log engine\.db-wal with the last changes is empty/,
    ],
    [
      'a log without its database',
      'killed',
      (folder) => rmSync(join(folder, DATABASE)),
      /engine\.db is missing, but its change log engine\.db-wal is there/,
    ],
    [
      'a log that is gone',
      'killed',
      (folder) => rmSync(join(folder, LOG)),
      /the change log engine\.db-wal with the last changes is missing/,
    ],
    [
      'a log with a broken header',
      'killed',
      (folder) => overwrite(join(folder, LOG), 0, NOISE.subarray(0, 8)),
      /the change log engine\.db-wal has a broken header/,
    ],
    [
      'a log with one wrong byte in its header',
      'killed',
      (folder) => overwrite(join(folder, LOG), 17, Buffer.from([readFileSync(join(folder, LOG)).readUInt8(17) ^ 1])),
      /the change log engine\.db-wal has a broken header/,
    ],
    [
      'a log cut in its header',
      'killed',
      (folder) => truncateSync(join(folder, LOG), 20),
      /the change log engine\.db-wal is cut off in its header/,
    ],
    [
      'noise in the middle of the log',
      'killed',
      (folder) => overwrite(join(folder, LOG), 100_000, NOISE.subarray(0, 100)),
      /engine\.db-wal is damaged at byte \d+, .* truncate -s \d+ .*engine\.db-wal/,
    ],
  ])('%s', (_what, left, damage, problem) => {
    const folder = writtenFolder(left);
    damage(folder);
    const before = contents(folder);
    const opened = () => new Storage(folder);
    expect(opened).toThrow(StorageError);
    expect(opened).toThrow(problem);
    expect(opened).toThrow(`The data in ${folder} is damaged: `);
    expect(opened).toThrow('Nothing was changed. To start with no data, move the folder away or use another one.');
    expect(contents(folder)).toEqual(before);
  });

  test('a log is damaged where the message says: cut there, it starts with what came before', () => {
    const folder = writtenFolder('killed');
    overwrite(join(folder, LOG), 100_000, NOISE.subarray(0, 100));
    const bytes = refusal(folder).match(/truncate -s (\d+)/)?.[1];
    truncateSync(join(folder, LOG), Number(bytes));
    const { notes } = openStorage(folder).db.prepare('SELECT count(*) AS notes FROM notes').get() as { notes: number };
    expect(notes).toBeGreaterThan(0);
    expect(notes).toBeLessThan(ROWS);
  });

  test("a log's torn last change, as a crash of the machine leaves it, is no damage", () => {
    const folder = writtenFolder('killed');
    truncateSync(join(folder, LOG), readFileSync(join(folder, LOG)).length - 1000);
    expect(openStorage(folder).isLasting).toBe(true);
  });

  test.each(['STRICT', 'WITHOUT ROWID, STRICT'])('a text where a table has numbers: %s', (kind) => {
    const folder = dataFolder();
    const storage = openStorage(folder);
    storage.db.exec(`CREATE TABLE times (id TEXT PRIMARY KEY, at INTEGER) ${kind}; INSERT INTO times VALUES ('a', 1)`);
    storage.close();
    rmSync(join(folder, CHECKSUM));
    changeAsIfNotStrict(join(folder, DATABASE), (db) => db.exec("UPDATE times SET at = 'soon'"));
    const before = contents(folder);
    expect(refusal(folder)).toContain('is damaged: engine.db: non-INTEGER value in times.at');
    expect(contents(folder)).toEqual(before);
  });

  test('tables that hold something else are told as damage, with what could not be read', () => {
    const folder = dataFolder();
    const storage = openStorage(folder);
    const unreadable = new Error('BucketQueue: Unexpected token', { cause: new SyntaxError('Unexpected token') });
    expect((storage.explain(unreadable) as Error).message).toMatch(
      /is damaged: its tables cannot be read: Unexpected token/,
    );
    const other = new Error('port in use');
    expect(storage.explain(other)).toBe(other);
    // Found by `npm run fuzz`: a time that is none, and a number beyond what JavaScript holds.
    const odd = new Error('Table: Invalid time value', { cause: new RangeError('Invalid time value') });
    expect(storage.explain(odd)).toBe(odd);
    const account = { region: 'eu-west-1', id: '123456789012' };
    storage.claim(account);
    storage.claim(account);
    expect((storage.explain(odd) as Error).message).toMatch(/its tables cannot be read: Invalid time value/);
  });
});

test('a start that is given up, for what the tables hold, has changed nothing', () => {
  const folder = writtenFolder('stopped');
  const before = contents(folder);
  const storage = new Storage(folder);
  storage.db.exec('DELETE FROM notes');
  storage.abandon();
  expect(contents(folder)).toEqual(before);
});

test('an engine that is killed before its first commit, with an empty log, loses nothing', () => {
  const folder = writtenFolder('stopped');
  openStorage(folder);
  const killed = dataFolder();
  cpSync(folder, killed, { recursive: true });
  expect(readFileSync(join(killed, LOG))).toHaveLength(0);
  const { db } = openStorage(killed);
  expect(db.prepare('SELECT count(*) AS notes FROM notes').get()).toEqual({ notes: ROWS });
});

describe('given something else in place of a file, it is refused before it is read', () => {
  const kinds = [
    { kind: 'a folder', make: (file: string) => mkdirSync(file) },
    { kind: 'a link', make: (file: string) => symlinkSync('elsewhere', file) },
    { kind: 'a device or a pipe', make: (file: string) => execFileSync('mkfifo', [file]) },
  ];
  const names = [DATABASE, LOG, `${DATABASE}-shm`, `${DATABASE}-journal`, 'in-use', CHECKSUM];
  test.each(kinds.flatMap((each) => names.map((name) => ({ ...each, name }))))(
    '$kind for $name',
    ({ kind, name, make }) => {
      const folder = writtenFolder('stopped');
      const file = join(folder, name);
      rmSync(file, { force: true });
      make(file);
      const before = readdirSync(folder);
      expect(() => new Storage(folder)).toThrow(`${file} is ${kind}, but must be a file. Move it away, `);
      expect(readdirSync(folder)).toEqual(before);
    },
  );
});

test('a database of another program is refused', () => {
  const folder = dataFolder();
  const db = new DatabaseSync(join(folder, DATABASE));
  db.exec('CREATE TABLE theirs (a); PRAGMA user_version = 7');
  db.close();
  expect(refusal(folder)).toMatch(/is the database of another program/);
});

test('a folder of a former version is refused, and not begun anew beside the old data', () => {
  const folder = writtenFolder('stopped');
  renameSync(join(folder, DATABASE), join(folder, 'fauxqs.db'));
  expect(refusal(folder)).toMatch(/was written by another version of the engine/);
});

test.each(['', ' '])('a folder named %j is refused, and not taken for the current one', (folder) => {
  expect(refusal(folder)).toBe('The data folder has no name. Give one, such as .local-engine.');
});

describe('what a failure of the disk means', () => {
  test.each([
    [{ errcode: 5 }, 'data is in use by another engine. Stop that engine, or use another folder.'],
    [{ errcode: 13 }, 'The disk of data is full: why. Free some space, or use a folder on another disk.'],
    [{ code: 'ENOSPC' }, 'The disk of data is full: why. Free some space, or use a folder on another disk.'],
    [{ errcode: 8 | (4 << 8) }, 'data cannot be written: why. Allow this user to write there, or use another folder.'],
    [{ code: 'EROFS' }, 'data cannot be written: why. Allow this user to write there, or use another folder.'],
    [{ code: 'EACCES' }, 'data cannot be written: why. Allow this user to write there, or use another folder.'],
    [{ errcode: 10 | (3 << 8) }, 'data cannot be read or written: why. Check its disk.'],
    [{ code: 'ENOTDIR' }, "data cannot be used for the engine's data: why. Use another folder."],
  ])('%j', (error, says) => {
    expect(describeStorageProblem(Object.assign(new Error('why'), error), 'data')).toBe(says);
  });
});
