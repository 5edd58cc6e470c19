import type { Plan } from './day/plan.ts';
import type { ScheduleResult } from './day/schedule.ts';
import { installEditor } from './operators/editor.ts';
import type { Assemblies } from './stages/stages.ts';
import { installWorld } from './world/install-world.ts';
import { isDead } from './world/life.ts';
import { currentScope, installScopes } from './world/scope.ts';
import type { SourcePatch } from './world/source-patches.ts';
import { Transport } from './world/transport.ts';
import { World } from './world/world.ts';

/** The SDK makes an error for each setting that is not there, at each start of a function: with Node.js's ten frames that is slow. */
const STACK_FRAMES = 3;

/**
 * Makes this process a simulated world, for the rest of its life, and returns what runs a schedule in it. Nothing else may be done in
 * such a process.
 * @param assemblies of the stages
 * @param patches of the project's sources, for a simulation with a bug
 */
export async function makeSimulator(
  assemblies: Assemblies,
  patches: readonly SourcePatch[] = [],
): Promise<(plan: Plan) => Promise<ScheduleResult>> {
  Error.stackTraceLimit = STACK_FRAMES;
  const world = new World(() => !isDead() && (currentScope()?.isAlive ?? true));
  installWorld(world);
  installScopes();
  // As in a process of its own, a rejection that was not waited for ends the environment where it happened.
  process.on('unhandledRejection', (error) => {
    const scope = currentScope();
    if (scope === undefined) throw error;
    scope.die('Runtime.UnhandledPromiseRejection', error instanceof Error ? error.message : String(error));
  });
  const transport = new Transport(world);
  transport.install();
  installEditor(world);
  // Only now: what they load keeps the functions that it finds.
  const { HandlerModules } = await import('./world/handler-modules.ts');
  // Before the engine is loaded, which may have a patch too.
  const modules = new HandlerModules(patches);
  const { runSchedule } = await import('./day/schedule.ts');
  const { planOf } = await import('./day/plan.ts');
  const { makeDesk } = await import('./operators/desk.ts');
  const { loadAssembly } = await import('../../packages/local-engine/index.ts');
  const loaded = {
    plain: await loadAssembly(assemblies.plain),
    subscribers: await loadAssembly(assemblies.subscribers),
    leaving: await loadAssembly(assemblies.leaving),
  };
  const simulator = { world, transport, assemblies: loaded, modules, desk: await makeDesk() };
  const run = (plan: Plan) => runSchedule(plan, simulator);
  // The first schedule of a process loads modules when they are first used, which takes time that is not simulated.
  await run(planOf('warm-up', 3));
  return run;
}
