import type { Session } from 'node:sqlite';
import type { Services } from '../../packages/local-engine/services.ts';

/** What is noted of every call, refused or not; and the account, which is written once and has no key. */
const UNWATCHED = ['journal', 'engine'];

/**
 * The whole state of an engine: every table, and what is in memory alone. Take one before a request; after it, ask what has
 * changed since. The engine needs a data folder: without one, queues are in no table.
 */
export class EngineState {
  readonly #services: Services;
  readonly #memory: ReturnType<typeof memoryOf>;
  readonly #sessions: readonly (readonly [table: string, session: Session])[];

  constructor(services: Services) {
    this.#services = services;
    const { db } = services.storage;
    this.#sessions = watchedTables(services).map((table) => [table, db.createSession({ table })]);
    this.#memory = memoryOf(services);
  }

  /** @returns what has changed since; undefined if nothing has */
  changed(): string | undefined {
    const table = this.#sessions.find(([, session]) => session.changeset().length > 0)?.[0];
    if (table !== undefined) return `the table ${table}`;
    const now = memoryOf(this.#services);
    const part = Object.keys(now).find((name) => now[name] !== this.#memory[name]);
    return part === undefined
      ? undefined
      : `${part} in memory: ${difference(this.#memory[part] ?? '', now[part] ?? '')}`;
  }

  /** Stops watching. */
  close(): void {
    for (const [, session] of this.#sessions) session.close();
  }
}

/** SQLite's sessions see changes of tables with a key alone. Source: SQLite, session extension, limitations. */
function watchedTables({ storage }: Services): string[] {
  const sql = `SELECT name, (SELECT max(pk) FROM pragma_table_info(schema.name)) AS key FROM sqlite_schema AS schema
    WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`;
  const tables = storage
    .prepared(sql)
    .all()
    .filter(({ name }) => !UNWATCHED.includes(String(name)));
  const keyless = tables.find(({ key }) => !key);
  if (keyless !== undefined) throw new Error(`The table ${keyless.name} has no key, so its changes cannot be seen.`);
  return tables.map(({ name }) => String(name));
}

/** As texts, by what they are about. */
function memoryOf(services: Services): Record<string, string> {
  const { queues, events, pipes, faults, dashboards, functions, streams, busPolicies } = services;
  return {
    queues: JSON.stringify(
      queues.all().map((queue) => {
        const { name, attributes, tags, policies, createdAt, modifiedAt, visible, delayed, inFlight } = queue;
        // Time alone makes a message visible.
        const messages = visible + delayed + inFlight;
        return { name, attributes, tags, policies: [...policies], createdAt, modifiedAt, messages };
      }),
    ),
    buses: JSON.stringify(
      events.buses.all().map(({ rules, archives, ...bus }) => ({
        ...bus,
        rules: [...rules.values()],
        archives: [...archives.values()].map(({ props }) => props),
      })),
    ),
    replays: JSON.stringify(events.replays.all()),
    pipes: JSON.stringify([...pipes.values()].map((pipe) => pipe.describe())),
    faults: JSON.stringify(faults.armed),
    dashboards: JSON.stringify([...dashboards]),
    names: JSON.stringify([[...functions.keys()], [...streams.keys()], [...busPolicies.keys()]]),
  };
}

/** Where two texts begin to differ. */
function difference(before: string, after: string): string {
  let at = 0;
  while (before[at] === after[at]) at += 1;
  const from = Math.max(0, at - 60);
  return `…${before.slice(from, at + 60)}… became …${after.slice(from, at + 60)}…`;
}
