import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { endOfJournal } from '../journal/read-journal.ts';
import { type Clock, SYSTEM_CLOCK, watchingPause } from '../time/waiting.ts';
import { type ArmedFault, armedFault } from './faults.ts';
import { LabFunctions } from './functions.ts';
import { type EngineState, readEngine, requireEngine } from './lab-api.ts';
import { type LabMark, MarkLog } from './marks.ts';
import type { PipeRuns } from './pipe.ts';

/** What can be broken, what is broken now, and what was done. */
export interface LabState extends Pick<EngineState, 'skippedMs' | 'canSkip'> {
  /** Names for faults, such as `s3:CreateBucket`, with the error codes that each may have. */
  readonly operations: readonly string[];
  /** Error codes, by the service's name; `*` for any call. */
  readonly codes: Readonly<Record<string, readonly string[]>>;
  readonly subscribers: readonly string[];
  readonly faults: readonly ArmedFault[];
  readonly pipe: PipeRuns;
  /** The newest first. */
  readonly marks: readonly LabMark[];
}

/** How long a follower pauses at least, in milliseconds. */
const PAUSE_MS = 300;

/**
 * The state at once, and again whenever something may have changed.
 * @throws UsageError on AWS
 */
export async function* followLab(
  on: OnStack,
  { signal, clock = SYSTEM_CLOCK }: { readonly signal: AbortSignal; readonly clock?: Clock },
): AsyncGenerator<LabState> {
  requireEngine(on.target);
  const client = on.clients.of(CloudWatchLogsClient);
  // These calls are entries of the journal, and made once: reading it is none.
  const functions = await LabFunctions.read(on);
  const log = MarkLog.of(on, functions);
  let read = { token: '', at: 0 };
  while (!signal.aborted) {
    const started = clock.now();
    const end = await endOfJournal(client);
    if (end.token !== read.token) {
      await log.read(read.at);
      yield stateOf(on, await readEngine(on), functions, log.marks);
    }
    const tookMs = read.token === '' ? 0 : clock.now() - started;
    read = end;
    await clock.pause(watchingPause(PAUSE_MS, tookMs), signal);
  }
}

function stateOf(
  { stack }: Pick<OnStack, 'stack'>,
  engine: EngineState,
  functions: LabFunctions,
  marks: readonly LabMark[],
): LabState {
  const { skippedMs, canSkip, codes, codesOfAny, deliveries } = engine;
  const named = Object.entries(engine.operations).flatMap(([service, names]) =>
    names.map((name) => `${service}:${name}`),
  );
  const name = requireOutput(stack, 'PipeName');
  return {
    skippedMs,
    canSkip,
    operations: [...named.sort(), ...deliveries, '*'],
    codes: Object.fromEntries(
      Object.entries({ ...codes, '*': codesOfAny }).map(([service, ofService]) => [service, Object.keys(ofService)]),
    ),
    subscribers: functions.subscribers,
    faults: engine.faults.map((fault) => armedFault(fault, functions)),
    pipe: { name, runs: engine.pipes.find((pipe) => pipe.name === name)?.runs ?? false },
    marks,
  };
}
