import {
  type ArmedFault,
  type FaultEffect,
  injectFault,
  listFaults,
  onEngine,
  removeFaults,
} from '../../../operations/lab/index.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import type { LabFaultOptions, LabFaultsOptions } from './command.ts';

/** Sets a fault. @throws UsageError on AWS, and for a name that does not exist */
export async function labFault(operation: string, options: LabFaultOptions): Promise<void> {
  const { code, delay: delayMs, after, nth, times, subscriber, json } = options;
  const fault = await onEngine(options, (on) =>
    injectFault(on, {
      operation,
      effect: effectOf(options),
      code,
      delayMs,
      nth,
      times,
      subscriber,
      ...(after && { when: 'after' }),
    }),
  );
  print(json ? jsonLine(fault) : faultsText([fault]));
}

function effectOf({ lostAnswer, delay, kill }: LabFaultOptions): FaultEffect | undefined {
  if (lostAnswer) return 'lost-answer';
  if (delay !== undefined) return 'delay';
  return kill ? 'kill' : undefined;
}

/** Lists the armed faults, or removes them. @throws UsageError on AWS, and for an id that is not armed */
export async function labFaults(options: LabFaultsOptions): Promise<void> {
  const { remove, removeAll, json } = options;
  const which = removeAll ? ('all' as const) : remove;
  const faults = await onEngine(options, (on) => (which === undefined ? listFaults(on) : removeFaults(on, which)));
  if (json) return void print(faults.map(jsonLine).join(''));
  if (faults.length === 0) return note('no fault is armed\n');
  if (which !== undefined) note('removed:\n');
  print(faultsText(faults));
}

function faultsText(faults: readonly ArmedFault[]): string {
  return columns([['FAULT', 'WHAT'], ...faults.map(({ id, text }) => [String(id), text])]);
}
