import { expect } from '@jest/globals';
import { systemClock } from '../../../packages/local-engine/core/clock.ts';
import { Journal } from '../../../packages/local-engine/journal/journal.ts';
import { Storage } from '../../../packages/local-engine/storage/storage.ts';
import { makeDataFolder } from '../data-folder.ts';
import { type End, randomEnds } from './engine-run.ts';
import { SeededRandom } from './random.ts';
import { allRecorded, allTaken, archivedIds, bucketNames, readUris, registerAll } from './registrations.ts';
import { SurvivingPipeline } from './surviving-pipeline.ts';

export interface Survival {
  readonly users: number;
  /** How often the engine is killed meanwhile. */
  readonly kills: number;
  /** Where: the same seed gives the same points. */
  readonly seed: number;
}

/** Registers users while the engine is killed again and again, and proves that nobody can tell afterwards. */
export async function survive({ users, kills, seed }: Survival): Promise<void> {
  const data = makeDataFolder();
  const [first, ...others] = randomEnds(new SeededRandom(seed), kills, users);
  const pipeline = new SurvivingPipeline(data.folder, first ?? { kind: 'none' });
  try {
    const ids = Array.from({ length: users }, (_, n) => `user-${n}`);
    const done = registerAll(pipeline, ids).then(() => allRecorded(pipeline, ids));
    const ends: readonly End[] = [...others, { kind: 'none' }];
    const killing = (async () => {
      for (const end of ends) await pipeline.next(done, end);
    })();
    await Promise.all([done, killing]);
    await proveComplete(pipeline, ids);
    await pipeline.stop();
    proveNothingIsLeft(data.folder);
  } finally {
    await pipeline.kill();
    data.remove();
  }
}

async function proveComplete(pipeline: SurvivingPipeline, ids: readonly string[]): Promise<void> {
  const deadLetters = await allTaken(pipeline);
  expect(Object.values(deadLetters).length).toBeGreaterThanOrEqual(3);
  expect(Object.values(deadLetters).every((count) => count === 0)).toBe(true);
  const uris = await readUris(pipeline);
  expect([...uris.keys()].sort()).toEqual([...ids].sort());
  const buckets = await bucketNames(pipeline);
  expect([...uris.values()].sort()).toEqual(buckets.map((name) => `s3://${name}`).sort());
  // The pipe has put each registration on the bus once.
  expect(await archivedIds(pipeline, 'UserRegistered')).toHaveLength(ids.length);
}

/** No message, no delivery and no batch is left to do, and the journal has no gap. */
function proveNothingIsLeft(dataFolder: string): void {
  const storage = new Storage(dataFolder);
  try {
    const count = (table: string) => storage.db.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows;
    expect([count('queue_messages'), count('rule_deliveries')]).toEqual([0, 0]);
    const pipes = storage.db.prepare('SELECT lanes FROM pipes').all();
    expect(pipes.map(({ lanes }) => JSON.parse(String(lanes)))).toMatchObject([{ lanes: [], earlier: [] }]);
    const sequences = new Journal(systemClock(), { storage }).entries().map(({ sequence }) => sequence);
    expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, n) => n + 1));
  } finally {
    storage.close();
  }
}
