import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { dataFolder, openStorage } from '../support/folder.ts';

const STORAGE = join(import.meta.dirname, '../../../../packages/local-engine/storage/storage.ts');

/** No file may grow beyond this: what SQLite writes first is its change log, so the disk is full in the midst of a commit. */
const MOST_KIB = 600;

/** Writes and commits notes until it cannot, and says of each that it is acknowledged; then whether anything is answered. */
const WRITER = `
  import { Storage } from ${JSON.stringify(STORAGE)};
  const storage = new Storage(process.env.DATA_FOLDER);
  storage.db.exec('CREATE TABLE notes (n INTEGER, text TEXT)');
  const say = (line) => process.stdout.write(JSON.stringify(line) + '\\n');
  const insert = storage.db.prepare('INSERT INTO notes VALUES (?, ?)');
  let failure;
  storage.onFailure(({ message }) => { failure = message; });
  for (let n = 0; failure === undefined; n++) {
    insert.run(n, 'x'.repeat(3000));
    await storage.lasting().then(() => say({ acknowledged: n }), ({ message }) => say({ refused: message }));
  }
  await storage.lasting().catch(({ message }) => say({ later: message }));
  storage.close();
  say({ failure });
`;

test('given a disk that is full in the midst of a commit, writers are refused, and what was acknowledged is there', () => {
  const folder = dataFolder();
  // A process that ignores the signal of the limit gets an error of the file system, as on a full disk.
  const limited = `trap '' XFSZ; ulimit -f ${MOST_KIB}; exec "$@"`;
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-c', limited, 'bash', process.execPath, '--input-type=module', '--eval', WRITER],
    { encoding: 'utf8', env: { ...process.env, DATA_FOLDER: folder } },
  );
  expect([status, stderr]).toEqual([0, '']);
  const lines: Record<string, unknown>[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const acknowledged = lines.flatMap((line) => ('acknowledged' in line ? [line.acknowledged] : []));
  const [refused, later, ended] = lines.slice(-3);
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(refused?.refused).toMatch(
    /(The disk of .* is full|cannot be read or written): .*(Free some space|Check its disk)/,
  );
  expect(refused?.refused).toContain('Everything that was acknowledged is kept.');
  expect([later?.later, ended?.failure]).toEqual([refused?.refused, refused?.refused]);
  expect(statSync(join(folder, 'engine.db')).size).toBeGreaterThan(0);

  const { db } = openStorage(folder);
  const kept = db
    .prepare('SELECT n FROM notes ORDER BY n')
    .all()
    .map(({ n }) => n);
  expect(kept).toEqual(acknowledged);
});
