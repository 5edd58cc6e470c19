import type { Storage } from '../storage/storage.ts';
import type { RuleProps } from './bus.ts';

/** A rule as the API made or left it. */
export interface RuleChange {
  readonly props: RuleProps;
  /** The template's rule of that name, as JSON text, when the change was made. @default - it is in no template */
  readonly template?: string;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS rule_changes (
    bus TEXT NOT NULL, name TEXT NOT NULL, props TEXT NOT NULL, template TEXT, PRIMARY KEY (bus, name)
  )`;

interface Row {
  readonly props: string;
  readonly template: string | null;
}

/** What the API did to rules, in SQLite: templates know nothing of it, and the next start must. */
export class RuleChanges {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.db.exec(TABLE);
  }

  save({ props, template }: RuleChange): void {
    this.#storage.db
      .prepare('INSERT OR REPLACE INTO rule_changes (bus, name, props, template) VALUES (?, ?, ?, ?)')
      .run(props.busName, props.name, JSON.stringify(props), template ?? null);
    this.#storage.changed();
  }

  remove(busName: string, ruleName: string): void {
    this.#storage.db.prepare('DELETE FROM rule_changes WHERE bus = ? AND name = ?').run(busName, ruleName);
    this.#storage.changed();
  }

  find(busName: string, ruleName: string): RuleChange | undefined {
    const row = this.#storage.db
      .prepare('SELECT props, template FROM rule_changes WHERE bus = ? AND name = ?')
      .get(busName, ruleName) as Row | undefined;
    return row && toChange(row);
  }

  /** Of all rules of a bus. */
  of(busName: string): readonly RuleChange[] {
    const rows = this.#storage.db.prepare('SELECT props, template FROM rule_changes WHERE bus = ?').all(busName);
    return (rows as unknown as Row[]).map(toChange);
  }
}

function toChange({ props, template }: Row): RuleChange {
  return { props: JSON.parse(props) as RuleProps, ...(template !== null && { template }) };
}
