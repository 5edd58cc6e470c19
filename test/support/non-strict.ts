import { DatabaseSync } from 'node:sqlite';

/**
 * Changes a database as damage does: SQLite refuses a value of another type only as long as the table says which types it takes.
 * @param change is given the database while its tables take any value
 */
export function changeAsIfNotStrict(file: string, change: (db: DatabaseSync) => void): void {
  const strict = withDatabase(file, (db) => {
    const tables = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT'").all();
    return tables.map(({ name, sql }) => ({ name: String(name), sql: String(sql) }));
  });
  declare(
    file,
    strict.map(({ name, sql }) => ({ name, sql: sql.replace(/,? STRICT$/, '') })),
  );
  try {
    withDatabase(file, change);
  } finally {
    declare(file, strict);
  }
}

function declare(file: string, tables: readonly { readonly name: string; readonly sql: string }[]): void {
  withDatabase(file, (db) => {
    db.exec('PRAGMA writable_schema = ON');
    const update = db.prepare('UPDATE sqlite_schema SET sql = ? WHERE name = ?');
    for (const { name, sql } of tables) update.run(sql, name);
  });
}

function withDatabase<T>(file: string, use: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { defensive: false });
  try {
    return use(db);
  } finally {
    db.close();
  }
}
