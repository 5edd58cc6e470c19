import { withAssembly, withFolder } from '../assembly.ts';
import { EngineChild } from '../engine-child.ts';
import { startAndStop } from '../engine-command.ts';
import { median, print, rounded } from '../figures.ts';
import { printRegistered, Registrations } from '../registrations.ts';

const WARM_UP = 1_000;
const USERS = 20_000;
const USERS_AT_RESTART = 100_000;
const RESTARTS = 3;
const TARGET_RATIO = 0.8;
const TARGET_RESTART_MS = 2_000;

await withAssembly(async (assembly) => {
  const without = await measured(assembly);
  await withFolder(async (folder) => {
    const rate = await measured(assembly, folder);
    print({
      measure: 'the rate with a data folder, to that without one',
      unit: 'ratio',
      value: rate / without,
      target: TARGET_RATIO,
    });
    const times: number[] = [];
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      times.push((await startAndStop(assembly, '--data', folder)).ms);
    }
    await checkContinues(assembly, folder);
    print({
      measure: `a restart over ${USERS_AT_RESTART} users until the engine is ready`,
      unit: 'ms',
      value: median(times),
      all: times.map(rounded),
      target: TARGET_RESTART_MS,
    });
  });
});

/** Prints the figures of registrations. A data folder is filled up for the restart. @returns registrations a second */
async function measured(assembly: string, folder?: string): Promise<number> {
  const engine = await EngineChild.start(assembly, folder);
  const registrations = new Registrations(engine);
  try {
    await registrations.many(WARM_UP);
    const registered = await registrations.many(USERS);
    printRegistered(`${USERS} users, ${folder === undefined ? 'without' : 'with'} a data folder`, registered);
    if (folder !== undefined) await registrations.many(USERS_AT_RESTART - USERS - WARM_UP);
    return registered.perSecond;
  } finally {
    registrations.close();
    await engine.stop();
  }
}

/** @throws Error unless all users are there as they were, and one more gets a bucket and its URI */
async function checkContinues(assembly: string, folder: string): Promise<void> {
  const engine = await EngineChild.start(assembly, folder);
  const registrations = new Registrations(engine, USERS_AT_RESTART);
  try {
    await registrations.one();
    await registrations.check();
  } finally {
    registrations.close();
    await engine.stop();
  }
}
