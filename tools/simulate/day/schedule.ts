import { createHash } from 'node:crypto';
import {
  type EngineOptions,
  type EnvironmentProps,
  type JournalEntry,
  type LoadedAssembly,
  systemClock,
} from '../../../packages/local-engine/index.ts';
import { armFault } from '../faults/index.ts';
import { type Desk, Operators } from '../operators/operators.ts';
import { findUnrepaired, findViolations, type Outcome, type Violation } from '../promises/index.ts';
import { handlerOf, type StageName, servicesOf } from '../stages/stages.ts';
import { BUG_VARIABLE } from '../subscribers/bug.ts';
import { SimulatedEnvironment, type Surroundings } from '../world/environment.ts';
import type { Transport } from '../world/transport.ts';
import type { Day } from './day.ts';
import { Fates, OPERATORS } from './fates.ts';
import { observe } from './observe.ts';
import type { Plan } from './plan.ts';
import { lookAround, repair } from './repair.ts';
import { RunningEngine } from './running-engine.ts';
import { SignUps } from './sign-ups.ts';

/** An address that belongs to nobody (RFC 5737): nothing listens, and nothing asks. */
const ENDPOINT = 'http://192.0.2.1';

/** When nothing is left to do for this long, nothing will happen: all pauses between retries are shorter. */
const REST_MS = 20 * 60_000;

/** EventBridge and the pipe give up within a day. */
const MOST_MS = 26 * 3_600_000;

export interface ScheduleResult {
  readonly violations: readonly Violation[];
  /** Of every hop and the final state. The same plan gives the same. */
  readonly hash: string;
  readonly outcome: Outcome;
  /** Every hop, for a trace. */
  readonly entries: readonly JournalEntry[];
}

export interface Simulator extends Omit<Surroundings, 'initOf' | 'handlerOf' | 'clockAheadOf'> {
  readonly transport: Transport;
  readonly desk: Desk;
  readonly assemblies: Readonly<Record<StageName, LoadedAssembly>>;
}

/**
 * Runs a schedule from an empty stage until nothing is left to do.
 * @throws Error when the simulated world comes to a stop, which is a bug of the simulation or of the engine
 */
export async function runSchedule(
  plan: Plan,
  { world, modules, transport, assemblies, desk }: Simulator,
): Promise<ScheduleResult> {
  world.begin(plan.seed);
  const fates = new Fates(plan.seed);
  const { stage = 'plain' } = plan;
  const buggy = new Set<string>();
  const around = {
    world,
    modules,
    initOf: (service: string) => fates.nextInit(service),
    handlerOf: (service: string) => handlerOf(stage, service),
    clockAheadOf: (service: string) => fates.clockAheadOf(service),
  };
  const options: EngineOptions = {
    assemblies: [assemblies[stage]],
    inProcessEndpoint: ENDPOINT,
    clock: systemClock(),
    environmentsPerFunction: 2,
    startEnvironment: (props) => new SimulatedEnvironment(deployed(props, buggy), around),
  };
  const isKilled = plan.faults.some(({ kind }) => kind === 'engine-killed');
  const running = await world.until(RunningEngine.start(options, isKilled));
  const operators = new Operators(world, desk, () => fates.clockAheadOf(OPERATORS));
  const signUps = new SignUps(world, running);
  const seen = observe(running, { world, signUps, operators });
  const undo: (() => void | Promise<void>)[] = [];
  let until = world.now;
  let happened = 0;
  const day: Day = {
    world,
    running,
    get engine() {
      return running.engine;
    },
    fates,
    signUps,
    operators,
    services: servicesOf(stage),
    buggy,
    at: (ms, happen) => {
      const planned = world.after(ms, () => {
        happened += 1;
        happen();
      });
      until = Math.max(until, planned.due);
    },
    atEndOfFaults: (give) => void undo.push(give),
  };
  for (const fault of plan.faults) armFault(fault, day);
  transport.network = {
    exchange: (request) => running.exchange(request),
    fateOf: ({ service }) => fates.next(service),
  };
  for (const { userId, atMs } of plan.registrations) world.after(atMs, () => void signUps.put(userId));
  const end = await world.rest(REST_MS, MOST_MS, until);
  const outcome = await world.until(seen.outcome(end));
  // Nothing fails any more, and operators do what the documents say.
  const { faults } = running.engine;
  for (const { id } of faults.armed) faults.remove(id);
  fates.calm();
  for (const give of undo) await world.until(Promise.resolve(give()));
  const rest = () => world.rest(REST_MS, MOST_MS);
  const repaired = await repair(day, seen, rest);
  const looks = await lookAround(day, seen, repaired, plan);
  transport.network = undefined;
  await world.until(running.stop());
  const hash = createHash('sha256').update(JSON.stringify(seen.entries));
  hash.update(JSON.stringify([outcome, repaired], (name, value) => (name === 'calls' ? value.length : value)));
  const violations = findViolations(plan, outcome);
  return {
    // What is wrong already is wrong after the redrive too.
    violations: violations.length > 0 ? violations : [...findUnrepaired(plan, repaired), ...looks],
    hash: hash.digest('hex'),
    outcome: { ...outcome, faults: outcome.faults + happened },
    entries: seen.entries,
  };
}

/** A function as it is deployed now. */
function deployed({ variables, ...props }: EnvironmentProps, buggy: ReadonlySet<string>): EnvironmentProps {
  const isBuggy = buggy.has(variables.POWERTOOLS_SERVICE_NAME ?? '');
  return { ...props, variables: isBuggy ? { ...variables, [BUG_VARIABLE]: 'yes' } : variables };
}
