import type { Day } from '../day/day.ts';
import type { Random } from '../world/random.ts';
import { type BuggyDeployment, buggyDeployment } from './buggy-deployment.ts';
import { type CallError, callError, drawLastingError } from './call-error.ts';
import { type ClockDiffers, clockDiffers } from './clock-differs.ts';
import { type ClockSet, clockSet } from './clock-set.ts';
import { command, drawReplayOfAll, type OperatorCommands } from './command.ts';
import { type DeadLettersChanged, deadLettersChanged } from './dead-letters-changed.ts';
import { type Delay, delay } from './delay.ts';
import { type Duplicate, duplicate } from './duplicate.ts';
import { type EngineKilled, engineKilled } from './engine-killed.ts';
import { type EntryRefused, entryRefused } from './entry-refused.ts';
import type { FaultKind, Prospect } from './fault-kind.ts';
import { type GrantLost, grantLost } from './grant-lost.ts';
import { type HostLost, hostLost } from './host-lost.ts';
import { type InitFailure, initFailure } from './init-failure.ts';
import { type OnTheWay, onTheWay } from './on-the-way.ts';
import { DELETIONS_GIVEN_UP, type PipeStopped, pipeStopped } from './pipe-stopped.ts';
import { type PolicyLost, policyLost } from './policy-lost.ts';
import { type RefusedEntries, refusedEntries } from './refused-entries.ts';
import { type RowPutAgain, rowPutAgain } from './row-put-again.ts';
import { type UserLeaves, userLeaves } from './user-leaves.ts';

export type PlannedFault =
  | CallError
  | Delay
  | Duplicate
  | OnTheWay
  | RefusedEntries
  | HostLost
  | InitFailure
  | PipeStopped
  | EntryRefused
  | PolicyLost
  | EngineKilled
  | GrantLost
  | OperatorCommands
  | RowPutAgain
  | UserLeaves
  | BuggyDeployment
  | ClockSet
  | ClockDiffers
  | DeadLettersChanged;

/** Every kind of fault. Who adds one adds the bug that only it can find: see `planted-bugs/`. */
const KINDS: { readonly [K in PlannedFault['kind']]: FaultKind<Extract<PlannedFault, { readonly kind: K }>> } = {
  error: callError,
  'on-the-way': onTheWay,
  'refused-entries': refusedEntries,
  duplicate,
  delay,
  'host-lost': hostLost,
  init: initFailure,
  'pipe-stopped': pipeStopped,
  'entry-refused': entryRefused,
  'policy-lost': policyLost,
  'engine-killed': engineKilled,
  'grant-lost': grantLost,
  command,
  'user-leaves': userLeaves,
  'row-put-again': rowPutAgain,
  'buggy-deployment': buggyDeployment,
  'clock-set': clockSet,
  'clock-differs': clockDiffers,
  'dead-letters-changed': deadLettersChanged,
};

const TOTAL_WEIGHT = Object.values(KINDS).reduce((sum, { weight }) => sum + weight, 0);

/** Chooses a fault, each kind as often as its weight says. */
export function drawFault(random: Random, prospect: Prospect): PlannedFault {
  let place = random.below(TOTAL_WEIGHT);
  for (const kind of Object.values(KINDS)) {
    place -= kind.weight;
    if (place < 0) return kind.draw(random, prospect);
  }
  throw new Error('The weights of the kinds of faults do not add up.');
}

/** Chooses a fault of a kind. */
export function drawFaultOf(kind: PlannedFault['kind'], random: Random, prospect: Prospect): PlannedFault {
  return KINDS[kind].draw(random, prospect);
}

export { DELETIONS_GIVEN_UP, drawLastingError, drawReplayOfAll };

/** One line for people. */
export function describeFault(fault: PlannedFault): string {
  return kindOf(fault).describe(fault);
}

/** Makes it happen: called once, before the day begins. */
export function armFault(fault: PlannedFault, day: Day): void {
  kindOf(fault).arm(fault, day);
}

/** Whether one of the faults makes AWS deny an action, as IAM names it. */
export function isDeniedBy(faults: readonly PlannedFault[], action: string): boolean {
  return faults.some((fault) => kindOf(fault).denies?.(fault, action) === true);
}

/** The same fault with less effect; undefined if there is none. */
export function milderFault(fault: PlannedFault): PlannedFault | undefined {
  return kindOf(fault).milder?.(fault);
}

/** The kind takes its own faults: the table's type holds that, which is lost where any of them is looked up. */
function kindOf(fault: PlannedFault): FaultKind<PlannedFault> {
  return KINDS[fault.kind] as FaultKind<PlannedFault>;
}
