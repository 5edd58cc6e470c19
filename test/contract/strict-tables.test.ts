import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ENGINE = join(import.meta.dirname, '../../packages/local-engine');

/** What each table of the engine's sources takes, from its name to the end of its statement. */
const tables = globSync('**/*.ts', { cwd: ENGINE }).flatMap((file) =>
  readFileSync(join(ENGINE, file), 'utf8')
    .split('CREATE TABLE ')
    .slice(1)
    .map((rest) => rest.split(/[;`']/)[0] ?? ''),
);

// SQLite takes a text for a number otherwise, and its check of a damaged database passes over it.
test('every table of a data folder takes values of the type of their column only', () => {
  expect(tables.length).toBeGreaterThan(20);
  expect(tables.filter((statement) => !/\) (?:WITHOUT ROWID, )?STRICT\s*$/.test(statement))).toEqual([]);
});
