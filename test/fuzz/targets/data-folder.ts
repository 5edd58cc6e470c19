import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TemplateError } from '../../../packages/local-engine/cloudformation/template/template.ts';
import { startEngine } from '../../../packages/local-engine/engine.ts';
import { Storage } from '../../../packages/local-engine/storage/storage.ts';
import { StorageError } from '../../../packages/local-engine/storage/storage-error.ts';
import type { Names } from '../../support/malformed/valid-requests.ts';
import { changeAsIfNotStrict } from '../../support/non-strict.ts';
import type { Mutator } from '../mutator.ts';
import { quietAssembly } from '../quiet-pipeline.ts';
import { type FuzzTarget, problemOf } from '../target.ts';
import { useFolder } from '../use-folder.ts';
import { writeFolders } from '../written-folder.ts';

/** One damage of the bytes of a file. */
interface Damage {
  readonly file?: string;
  readonly kind?: 'flip' | 'noise' | 'zeros' | 'cut' | 'remove' | 'add';
  /** Where, as a share of the file's length. */
  readonly at?: number;
  readonly bytes?: number;
}

interface FolderInput {
  /** As an engine that stopped left it, or one that was killed. */
  readonly left?: 'stopped' | 'killed';
  readonly damages?: readonly Damage[];
  /** A value in a table that is another one: what another version, or a person, may have written. */
  readonly value?: { readonly table?: number; readonly row?: number; readonly column?: number; readonly to?: unknown };
}

const FILES = ['engine.db', 'engine.db', 'engine.db-wal', 'engine.db-wal', 'engine.db-shm', 'in-use', 'checksum'];

/** Data folders that are damaged: refused with what to do and not changed, or read without an error. */
export const dataFolders: FuzzTarget = {
  name: 'data-folders',
  share: 0.5,
  start: async () => {
    const assembly = await quietAssembly();
    const made = mkdtempSync(join(tmpdir(), 'pipeline-folders-'));
    const names = await writeFolders(made, assembly.folder);
    return {
      generate,
      check: async (input) => {
        const folder = join(made, 'tried');
        rmSync(folder, { recursive: true, force: true });
        const { left = 'stopped', damages = [], value } = (input ?? {}) as FolderInput;
        cpSync(join(made, left === 'killed' ? left : 'stopped'), folder, { recursive: true });
        if (value === undefined) {
          for (const damage of damages) apply(folder, damage ?? {});
          return problemOfStorage(folder);
        }
        // With it, no change of a value is read.
        rmSync(join(folder, 'checksum'));
        changeValue(folder, value);
        return problemOfEngine(folder, assembly.folder, names);
      },
      stop: async () => {
        rmSync(made, { recursive: true, force: true });
        await assembly.remove();
      },
    };
  },
};

function generate(mutator: Mutator): FolderInput {
  const left = mutator.pick(['stopped', 'killed'] as const);
  if (mutator.chance(2)) {
    const number = () => mutator.wholeNumber(0, 999);
    return { left: 'stopped', value: { table: number(), row: number(), column: number(), to: mutator.odd() } };
  }
  const damages = mutator.many(1, 2, () => ({
    file: mutator.pick(FILES),
    kind: mutator.pick(['flip', 'flip', 'noise', 'zeros', 'cut', 'remove', 'add'] as const),
    at: mutator.wholeNumber(0, 1000) / 1000,
    bytes: mutator.pick([1, 4, 100, 5000]),
  }));
  return { left, damages };
}

function apply(folder: string, { file = 'engine.db', kind = 'flip', at = 0, bytes = 1 }: Damage): void {
  const path = join(folder, file);
  if (!readdirSync(folder).includes(file)) return;
  if (kind === 'remove') rmSync(path);
  else writeFileSync(path, damaged(readFileSync(path), { kind, at, bytes }));
}

function damaged(content: Buffer, { kind, at, bytes }: Required<Omit<Damage, 'file'>>): Buffer {
  const start = Math.min(content.length, Math.floor(content.length * at));
  if (kind === 'cut') return content.subarray(0, start);
  if (kind === 'add') return Buffer.concat([content, Buffer.alloc(bytes, 0x5a)]);
  const end = Math.min(content.length, start + bytes);
  for (let index = start; index < end; index++) {
    content[index] = kind === 'flip' ? (content[index] ?? 0) ^ 0x41 : kind === 'zeros' ? 0 : (index * 7919 + 13) % 251;
  }
  return content;
}

function changeValue(folder: string, { table = 0, row = 0, column = 0, to = null }: NonNullable<FolderInput['value']>) {
  changeAsIfNotStrict(join(folder, 'engine.db'), (db) => {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    const filled = tables.filter(({ name }) => Number(db.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.n) > 0);
    const name = filled[table % filled.length]?.name;
    const rows = db.prepare(`SELECT * FROM ${name}`).all();
    const chosen = rows[row % rows.length] ?? {};
    const columns = Object.keys(chosen);
    const changed = columns[column % columns.length] ?? '';
    const value = typeof to === 'string' || typeof to === 'number' || to === null ? to : JSON.stringify(to);
    const where = columns.map((each) => `${each} IS ?`).join(' AND ');
    try {
      db.prepare(`UPDATE OR IGNORE ${name} SET ${changed} = ? WHERE ${where}`).run(value, ...Object.values(chosen));
    } catch (error) {
      // A primary key that is a number takes nothing else.
      if ((error as { code?: string }).code !== 'ERR_SQLITE_ERROR') throw error;
    }
  });
}

/** What storage makes of a folder: all of it can be read, or nothing of it was changed. */
function problemOfStorage(folder: string): string | undefined {
  const before = contents(folder);
  let storage: Storage;
  try {
    storage = new Storage(folder);
  } catch (error) {
    return refusal(error, before, folder);
  }
  try {
    for (const { name } of storage.db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) {
      storage.db.prepare(`SELECT * FROM "${String(name).replaceAll('"', '""')}"`).all();
    }
    return undefined;
  } finally {
    storage.abandon();
  }
}

/** What an engine makes of a folder with another value: it refuses it, or reads everything. */
async function problemOfEngine(dataFolder: string, assembly: string, names: Names): Promise<string | undefined> {
  const before = contents(dataFolder);
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  try {
    const inProcessEndpoint = 'http://127.0.0.1:1';
    const engine = await startEngine({ assemblies: [assembly], dataFolder, inProcessEndpoint });
    const problem = await useFolder(engine, names).finally(() => engine.stop());
    return unhandled.length > 0 ? `unhandled: ${problemOf(unhandled[0])}` : problem;
  } catch (error) {
    return refusal(error, before, dataFolder);
  } finally {
    process.off('unhandledRejection', note);
  }
}

function refusal(error: unknown, before: ReturnType<typeof contents>, folder: string): string | undefined {
  // A table with another key than the template's is told as such.
  const isOtherKey =
    error instanceof TemplateError && /in the data folder\. Give it another name, or /.test(error.message);
  if (!(error instanceof StorageError || isOtherKey)) return problemOf(error);
  const after = contents(folder);
  const changed = [...new Set([...before.keys(), ...after.keys()])].find(
    (name) => before.get(name) !== after.get(name),
  );
  return changed === undefined ? undefined : `${changed} changed, though it was refused: ${error.message}`;
}

function contents(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('latin1')]));
}
