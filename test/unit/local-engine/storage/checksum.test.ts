import { readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from '@jest/globals';
import { writeChecksum } from '../../../../packages/local-engine/storage/checksum.ts';
import { DATABASE, openStorage, ROWS, refusal, writtenFolder } from '../support/folder.ts';

const CHECKSUM = 'checksum';

describe('a stop leaves a checksum of the database', () => {
  test('the next start removes it with its first commit', () => {
    const folder = writtenFolder('stopped');
    expect(readFileSync(join(folder, CHECKSUM), 'utf8')).toMatch(/^\d+ bytes, CRC-32 [0-9a-f]{8}\n$/);
    const storage = openStorage(folder);
    expect(readdirSync(folder)).toContain(CHECKSUM);
    storage.commit();
    expect(readdirSync(folder)).not.toContain(CHECKSUM);
  });

  test('only without it, what is read may be damaged', () => {
    const folder = writtenFolder('stopped');
    expect(openStorage(folder).doubt).toBeUndefined();
    const killed = writtenFolder('killed');
    expect(openStorage(killed).doubt).toBe(`the data in ${killed}, which no engine has closed, is damaged`);
  });

  test('with it, what is read may still be damaged beside a change that SQLite is to undo: then nothing was checked', () => {
    const folder = writtenFolder('stopped');
    writeFileSync(join(folder, `${DATABASE}-journal`), '');
    expect(openStorage(folder).doubt).toBe(`the data in ${folder}, which no engine has closed, is damaged`);
  });

  test('one that a crash of the machine has left empty is none', () => {
    const folder = writtenFolder('stopped');
    truncateSync(join(folder, CHECKSUM));
    expect(openStorage(folder).isLasting).toBe(true);
  });

  test('a database that a person has changed starts once the message was followed', () => {
    const folder = writtenFolder('stopped');
    const db = new DatabaseSync(join(folder, DATABASE));
    db.exec('DELETE FROM notes WHERE rowid = 1');
    db.close();
    const checksum = refusal(folder).match(/remove (\S+)\. /)?.[1];
    rmSync(`${checksum}`);
    const { notes } = openStorage(folder).db.prepare('SELECT count(*) AS notes FROM notes').get() as { notes: number };
    expect(notes).toBe(ROWS - 1);
  });

  test('a disk without space for it gets none, and not the half of one', () => {
    const folder = writtenFolder('stopped');
    rmSync(join(folder, CHECKSUM));
    symlinkSync('/dev/full', join(folder, CHECKSUM));
    writeChecksum(folder, DATABASE);
    expect(readdirSync(folder)).toEqual([DATABASE]);
  });
});
