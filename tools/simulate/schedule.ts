import { createHash } from 'node:crypto';
import {
  type DirectAnswer,
  type DirectRequest,
  type Engine,
  type JournalEntry,
  startEngine,
  systemClock,
} from '../../packages/local-engine/index.ts';
import { SimulatedEnvironment, type Surroundings } from './environment.ts';
import { findUnrepaired, findViolations, type Outcome, type Violation } from './invariants.ts';
import { observe } from './observe.ts';
import type { OnTheWay, Plan } from './plan.ts';
import { Random } from './random.ts';
import { redrive, register } from './stage.ts';
import type { CallFate, Transport } from './transport.ts';

/** An address that belongs to nobody (RFC 5737): nothing listens, and nothing asks. */
const ENDPOINT = 'http://192.0.2.1';

/** When nothing is left to do for this long, nothing will happen: all pauses between retries are shorter. */
const REST_MS = 20 * 60_000;

/** EventBridge and the pipe give up within a day. */
const MOST_MS = 26 * 3_600_000;

/** Longer than a client waits for an answer, shorter than a function may take. */
const SLOW_MS = 3500;

export interface ScheduleResult {
  readonly violations: readonly Violation[];
  /** Of every hop and the final state. The same plan gives the same. */
  readonly hash: string;
  readonly outcome: Outcome;
  /** Every hop, for a trace. */
  readonly entries: readonly JournalEntry[];
}

export interface Simulator extends Surroundings {
  readonly transport: Transport;
  /** A folder that `cdk synth` wrote. */
  readonly assembly: string;
}

/**
 * Runs a schedule from an empty stage until nothing is left to do.
 * @throws Error when the simulated world comes to a stop, which is a bug of the simulation or of the engine
 */
export async function runSchedule(
  plan: Plan,
  { world, modules, transport, assembly }: Simulator,
): Promise<ScheduleResult> {
  world.begin(plan.seed);
  const engine = await world.until(
    startEngine({
      assemblies: [assembly],
      inProcessEndpoint: ENDPOINT,
      clock: systemClock(),
      environmentsPerFunction: 2,
      startEnvironment: (props) => new SimulatedEnvironment(props, { world, modules }),
    }),
  );
  // They would be evaluated every minute, for nobody.
  engine.services.alarms.stop();
  const hash = createHash('sha256');
  const seen = observe(engine, (entry) => hash.update(JSON.stringify(entry)));
  setFaults(engine, plan, (ms) => world.pass(ms));
  let isCalm = false;
  const [fates, calmFates] = [fatesOf(plan), fatesOf({ ...plan, faults: [] })];
  transport.network = {
    exchange: (request) => engine.exchange(request),
    fateOf: ({ service }) => (isCalm ? calmFates : fates)(service),
  };
  for (const { userId, atMs } of plan.registrations)
    world.after(atMs, () => void register(engine, userId, seen.registered));
  const end = await world.rest(REST_MS, MOST_MS);
  const outcome = await world.until(seen.outcome(end));
  // Nothing fails any more, and operators do what the documents say.
  for (const { id } of engine.faults.armed) engine.faults.remove(id);
  isCalm = true;
  await world.until(redrive(engine));
  const repaired = await world.until(seen.outcome(await world.rest(REST_MS, MOST_MS)));
  transport.network = undefined;
  await world.until(engine.stop());
  hash.update(JSON.stringify([outcome, repaired]));
  const violations = findViolations(plan, outcome);
  return {
    // What is wrong already is wrong after the redrive too.
    violations: violations.length > 0 ? violations : findUnrepaired(repaired),
    hash: hash.digest('hex'),
    outcome,
    entries: seen.entries,
  };
}

function setFaults({ faults }: Engine, plan: Plan, pass: (ms: number) => Promise<void>): void {
  for (const fault of plan.faults) {
    if (fault.kind === 'error') {
      const { operation, code, ...rest } = fault;
      faults.fail(operation, code, rest);
    } else if (fault.kind === 'duplicate') faults.duplicate(fault.what, fault.nth);
    else if (fault.kind === 'delay') faults.inject(fault.operation, { nth: fault.nth, action: () => pass(fault.ms) });
  }
}

/** What happens to each call on its way, in the order of a service's calls. */
function fatesOf({ seed, faults }: Plan): (service: string) => CallFate {
  const random = new Random(`network ${seed}`);
  const calls = new Map<string, number>();
  const struck = new Map<string, OnTheWay['kind']>();
  for (const fault of faults) if ('service' in fault) struck.set(`${fault.service} ${fault.nth}`, fault.kind);
  return (service) => {
    const nth = (calls.get(service) ?? 0) + 1;
    calls.set(service, nth);
    const latency = { thereMs: random.between(1, 30), backMs: random.between(1, 30) };
    switch (struck.get(`${service} ${nth}`)) {
      case 'kill-before':
        return { ...latency, dies: { when: 'before', errorType: 'Runtime.ExitError' } };
      case 'kill-after':
        return { ...latency, dies: { when: 'after', errorType: 'Runtime.OutOfMemory' } };
      case 'reset-before':
        return { ...latency, breaks: 'before' };
      case 'reset-after':
        return { ...latency, breaks: 'after' };
      case 'no-answer':
        return { ...latency, breaks: 'silence' };
      case 'slow':
        return { ...latency, backMs: SLOW_MS };
      case 'entries-refused':
        return { ...latency, instead: refusedEntries };
      default:
        return latency;
    }
  };
}

/** PutEvents answers status 200 also if it refuses entries; other calls are made. Source: EventBridge API reference, PutEvents. */
function refusedEntries({ headers, body }: DirectRequest): DirectAnswer | undefined {
  if (headers['x-amz-target'] !== 'AWSEvents.PutEvents') return undefined;
  const { Entries } = JSON.parse(body.toString()) as { readonly Entries: readonly unknown[] };
  const refused = Entries.map(() => ({ ErrorCode: 'InternalFailure', ErrorMessage: 'Refused by the simulation.' }));
  const answer = JSON.stringify({ FailedEntryCount: refused.length, Entries: refused });
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: Buffer.from(answer) };
}
