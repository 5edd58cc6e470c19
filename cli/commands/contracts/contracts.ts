import {
  type ContractComparison,
  type ContractVersion,
  compareContracts,
  type EventSubscriber,
  findContract,
  listContracts,
  STATE_TEXTS,
} from '../../../operations/contracts/index.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { display } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { columns, jsonLine, print } from '../../output/output.ts';
import type { ContractsCompareOptions, ContractsListOptions, ContractsShowOptions } from './command.ts';

/** Shows every version of every event, who publishes it, and who takes it. */
export async function contractsList(options: ContractsListOptions): Promise<void> {
  const versions = await onStack(options, (on) => listContracts(on));
  if (options.json) return void print(versions.map((version) => jsonLine(versionJson(version))).join(''));
  const rows = versions.map(({ name, state, source, producer, subscribers }) => [
    name,
    STATE_TEXTS[state],
    producer ?? `${source}, not in this stack`,
    subscribers.map(subscriberText).join(', ') || 'none',
  ]);
  print(columns([['VERSION', 'STATE', 'PUBLISHED BY', 'TAKEN BY'], ...rows]));
}

/** Shows one version. @throws UsageError if there is none of that name */
export async function contractsShow(name: string, options: ContractsShowOptions): Promise<void> {
  const version = findContract(await onStack(options, (on) => listContracts(on)), name);
  print(options.json ? jsonLine(versionJson(version)) : versionText(version));
}

/**
 * Compares two versions of an event.
 * @throws CommandFailure if a reader of one would not understand the other
 */
export async function contractsCompare(older: string, newer: string, options: ContractsCompareOptions): Promise<void> {
  const comparison = await compareContracts(older, newer);
  print(options.json ? jsonLine(comparison) : comparisonText(comparison));
  if (comparison.verdict === 'breaking')
    throw new CommandFailure(`${newer} breaks readers or archived events of ${older}`);
}

function versionText({
  name,
  type,
  description,
  published,
  source,
  producer,
  state,
  ...rest
}: ContractVersion): string {
  const { subscribers, samples, fields } = rest;
  const facts = [
    ['state', STATE_TEXTS[state]],
    ['published by', producer === source ? source : `${source}, ${producer ?? 'not in this stack'}`],
    ...(published === '' ? [] : [['when', published]]),
    ['taken by', subscribers.map(subscriberText).join(', ') || 'no rule of this bus'],
    ['samples', samples.map((sample) => sample.name).join(', ')],
  ];
  const rows = fields.map(({ path, type: kind, limits, required }) => [path, kind, required ? 'yes' : 'no', limits]);
  return [
    display`${type} (${name}): ${description}\n\n`,
    columns(facts),
    '\n',
    columns([['FIELD', 'TYPE', 'ALWAYS THERE', 'LIMITS'], ...rows]),
  ].join('');
}

function subscriberText({ who, isEnabled, condition, skipsReplays }: EventSubscriber): string {
  const notes = [
    ...(condition === '' ? [] : [`only where ${condition}`]),
    ...(skipsReplays ? ['skips replays'] : []),
    ...(isEnabled ? [] : ['disabled']),
  ];
  return notes.length === 0 ? who : `${who} (${notes.join('; ')})`;
}

function comparisonText({ older, newer, text, differences }: ContractComparison): string {
  const lines = differences.map(({ field, kind, before, after, breaking }) => {
    const shapes =
      kind === 'changed' && before !== after ? `${before ?? ''} → ${after ?? ''}` : (after ?? before ?? '');
    return [
      field === '' ? 'the event' : field,
      kind,
      breaking.length > 0 ? `BREAKING: ${breaking.join('; ')}` : shapes,
    ];
  });
  return display`${older} → ${newer}\n` + columns(lines) + display`${text}\n`;
}

function versionJson({ subscribers, schema: _, ...version }: ContractVersion): object {
  return {
    ...version,
    subscribers: subscribers.map(({ who, rule, kind, isEnabled, condition, skipsReplays }) => {
      return { who, rule, kind, enabled: isEnabled, condition, skipsReplays };
    }),
  };
}
