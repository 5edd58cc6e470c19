import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { LAYOUT } from '../../../../packages/local-engine/storage/data-folder.ts';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { settle } from '../support/parts.ts';

const notes = (storage: Storage) =>
  storage.db
    .prepare('SELECT text FROM notes ORDER BY rowid')
    .all()
    .map(({ text }) => text);

function openNotes(folder: string) {
  const storage = openStorage(folder);
  storage.db.exec('CREATE TABLE IF NOT EXISTS notes (text TEXT)');
  return { storage, note: (text: string) => storage.db.prepare('INSERT INTO notes VALUES (?)').run(text) };
}

describe('given a folder', () => {
  test('when it is closed and opened again, everything is there', () => {
    const folder = dataFolder();
    const { storage, note } = openNotes(folder);
    note('a');
    storage.close();
    expect(notes(openNotes(folder).storage)).toEqual(['a']);
  });

  test('when it is not there yet, it is made', () => {
    const folder = join(dataFolder(), 'new', 'data');
    openNotes(folder).storage.close();
    expect(openStorage(folder).isLasting).toBe(true);
  });

  test('when the process ends at once, what was committed is there, and nothing else', () => {
    const folder = dataFolder();
    const { storage, note } = openNotes(folder);
    note('committed');
    storage.commit();
    note('lost');
    storage.abandon();
    expect(notes(openNotes(folder).storage)).toEqual(['committed']);
  });

  test('when changes are told of, they are committed soon, together', async () => {
    const folder = dataFolder();
    const { storage, note } = openNotes(folder);
    storage.commit();
    let commits = 0;
    const committed = new Promise<void>((resolve) => {
      storage.beforeCommit(() => {
        commits += 1;
        resolve();
      });
    });
    note('a');
    storage.changed();
    note('b');
    storage.changed();
    await committed;
    storage.abandon();
    expect([notes(openNotes(folder).storage), commits]).toEqual([['a', 'b'], 1]);
  });

  test('when somebody waits for what was written, it is lasting then', async () => {
    const folder = dataFolder();
    const { storage, note } = openNotes(folder);
    note('a');
    const first = storage.lasting();
    note('b');
    await Promise.all([first, storage.lasting()]);
    note('lost');
    storage.abandon();
    expect(notes(openNotes(folder).storage)).toEqual(['a', 'b']);
  });

  test('when it cannot be written, those who wait are refused from then on, and the engine hears of it once', async () => {
    const folder = dataFolder();
    const { storage } = openNotes(folder);
    const heard: string[] = [];
    storage.onFailure(({ message }) => heard.push(message));
    const waiting = storage.lasting();
    storage.beforeCommit(() => {
      throw new Error('no such device');
    });
    const message = `${folder} cannot be written: no such device. Use another folder. Everything that was acknowledged is kept.`;
    expect(() => storage.commit()).toThrow(message);
    await expect(waiting).rejects.toThrow(message);
    await expect(storage.lasting()).rejects.toThrow(message);
    expect(() => storage.commit()).toThrow(message);
    expect(heard).toEqual([message]);
  });

  test('when it cannot be written and no caller waits, the failure is reported at once, with its cause', () => {
    const { storage } = openNotes(dataFolder());
    const heard: string[] = [];
    storage.onFailure(({ message }) => heard.push(message));
    storage.beforeCommit(() => {
      throw new Error(heard.length === 0 ? 'no such device' : 'no such table');
    });
    expect(() => storage.commit()).toThrow(/cannot be written: no such device/);
    expect(heard).toEqual([expect.stringContaining('no such device')]);
  });

  test('when the disk is full, what was acknowledged is there, and nothing of what was not', async () => {
    const folder = dataFolder();
    const { storage, note } = openNotes(folder);
    note('acknowledged');
    await storage.lasting();
    const { page_count: pages } = storage.db.prepare('PRAGMA page_count').get() as { page_count: number };
    storage.db.exec(`PRAGMA max_page_count = ${pages}`);
    note('lost');
    const waiting = storage.lasting();
    note('x'.repeat(100_000));
    note('after that');
    await expect(waiting).rejects.toThrow(`The disk of ${folder} is full: database or disk is full. Free some space`);
    storage.changed();
    storage.close();
    expect(notes(openNotes(folder).storage)).toEqual(['acknowledged']);
  });

  test('when there is more to write before a commit, that becomes lasting with it, also at the end', () => {
    const folder = dataFolder();
    const { storage, note } = openNotes(folder);
    const late = ['first', 'last'];
    storage.beforeCommit(() => note(late.shift() ?? 'never'));
    storage.commit();
    storage.close();
    storage.close();
    expect(notes(openNotes(folder).storage)).toEqual(['first', 'last']);
  });

  test('when it is held, nothing is committed until it is released', async () => {
    const folder = dataFolder();
    const held = openNotes(folder);
    held.storage.commit();
    held.storage.hold();
    held.note('lost');
    held.storage.changed();
    await settle();
    held.storage.commit();
    held.storage.abandon();
    const released = openNotes(folder);
    released.storage.hold();
    released.note('kept');
    released.storage.release();
    released.storage.abandon();
    expect(notes(openNotes(folder).storage)).toEqual(['kept']);
  });

  test('when another engine uses it, it is refused, until that one ends', () => {
    const folder = dataFolder();
    const { storage } = openNotes(folder);
    expect(() => new Storage(folder)).toThrow(
      `${folder} is in use by another engine. Stop that engine, or use another folder.`,
    );
    storage.close();
    expect(openStorage(folder).isLasting).toBe(true);
  });

  test.each([
    {
      other: { region: 'eu-west-1', id: '111122223333' },
      says: 'of ap-northeast-1, not of eu-west-1. Start with that Region',
    },
    {
      other: { region: 'ap-northeast-1', id: '444455556666' },
      says: 'of the account 111122223333, not of 444455556666. Start with that account',
    },
  ])('when it is the data of another Region or account, it is refused: $says', ({ other, says }) => {
    const folder = dataFolder();
    const first = openStorage(folder);
    first.claim({ region: 'ap-northeast-1', id: '111122223333' });
    first.close();
    const second = openStorage(folder);
    expect(() => second.claim(other)).toThrow(`${folder} holds the data ${says}, or use another folder.`);
    expect(() => second.claim({ region: 'ap-northeast-1', id: '111122223333' })).not.toThrow();
  });

  test.each([LAYOUT - 1, LAYOUT + 1, 99])(
    'when another version of the engine wrote it, as layout %i, it is refused',
    (layout) => {
      const folder = dataFolder();
      const { storage } = openNotes(folder);
      storage.commit();
      storage.db.exec(`PRAGMA user_version = ${layout}`);
      storage.close();
      expect(() => new Storage(folder)).toThrow('was written by another version of the engine');
    },
  );

  test('when it is a file, it is refused, and says why', () => {
    const file = join(dataFolder(), 'file');
    writeFileSync(file, '');
    expect(() => new Storage(file)).toThrow(/file cannot be used for the engine's data: ENOTDIR/);
  });
});

test('given no folder, it is in memory: commits and turns change nothing', async () => {
  const storage = new Storage();
  storage.db.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('a')");
  storage.changed();
  storage.commit();
  await settle();
  expect([notes(storage), storage.isLasting, storage.lasting()]).toEqual([['a'], false, undefined]);
  storage.close();
});

describe('given no folder', () => {
  test('when more is written than is kept in memory, all of it can be read', () => {
    const storage = new Storage();
    storage.db.exec('CREATE TABLE parts (id INTEGER PRIMARY KEY, text TEXT)');
    const text = 'x'.repeat(100_000);
    for (let id = 1; id <= 800; id++) storage.run('INSERT INTO parts VALUES (?, ?)', id, `${id}${text}`);
    storage.run('UPDATE parts SET text = ? WHERE id = 1', 'changed');
    const read = storage.prepared('SELECT text FROM parts ORDER BY id').all();
    expect(read.map((row) => String(row.text).length)).toEqual([
      'changed'.length,
      ...Array.from({ length: 799 }, (_, index) => text.length + String(index + 2).length),
    ]);
    storage.close();
  });

  test('when what is kept in memory is full, there is a file for the rest, without a name', () => {
    const storage = new Storage();
    // A database that is only in memory answers `memory`.
    expect(storage.db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
    expect(storage.db.prepare('PRAGMA database_list').get()).toMatchObject({ file: '' });
    storage.close();
  });

  test('when its file cannot grow, the engine learns of it, and no later answer pretends that it kept anything', async () => {
    const storage = new Storage();
    storage.db.exec('CREATE TABLE parts (text TEXT); PRAGMA max_page_count = 10');
    const failures: Error[] = [];
    storage.onFailure((failure) => failures.push(failure));
    storage.run('INSERT INTO parts VALUES (?)', 'x'.repeat(100_000));
    storage.run('INSERT INTO parts VALUES (?)', 'small');
    const message = /^The engine's temporary file cannot be written: .* Its data is lost\. Free some space in /;
    expect(failures).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
    await expect(storage.lasting()).rejects.toThrow(message);
    storage.close();
  });

  test('when its data was lost while it was read, the next write learns of it', () => {
    const storage = new Storage();
    storage.db.exec('CREATE TABLE parts (text TEXT)');
    const failures: Error[] = [];
    storage.onFailure((failure) => failures.push(failure));
    const insert = storage.prepared('INSERT INTO parts VALUES (?)');
    // As SQLite does by itself when the disk is full.
    storage.db.exec('ROLLBACK');
    insert.run('a');
    expect(failures).toHaveLength(1);
    storage.close();
  });
});

test('given engines that start and stop in one process, their statements are not kept', async () => {
  setFlagsFromString('--expose-gc');
  const usedBytes = async () => {
    // A statement is freed first, then its database.
    for (let round = 0; round < 3; round++) {
      runInNewContext('gc')();
      await settle();
    }
    return process.memoryUsage().heapUsed;
  };
  const before = await usedBytes();
  for (let engine = 0; engine < 100; engine++) {
    const storage = new Storage();
    storage.db.exec('CREATE TABLE notes (text TEXT)');
    const memory = Buffer.alloc(100_000, `${engine}`).toString('latin1');
    storage.onFailure(() => expect(memory).toBe(''));
    storage.run('INSERT INTO notes VALUES (?)', 'a');
    storage.close();
  }
  // What they hold has 10 MB.
  expect((await usedBytes()) - before).toBeLessThan(2_000_000);
});
