import type { FlowPage, PartView } from '../../contract/flow.ts';
import { count, numberText, spanText } from '../texts.ts';
import type { Box } from './flow-layout.ts';

/** What a part is called. */
export function titleOf({ kind, type }: Pick<Box, 'kind' | 'type'>): string {
  switch (kind) {
    case 'table':
      return 'users table';
    case 'event':
      return type ?? '';
    case 'effects':
      return 'then';
    default:
      return kind;
  }
}

/** The lines below a part's title. */
export function linesOf({ kind, subscriber, pipes = 1 }: Box, numbers: PartView): string[] {
  const { count: events, perSecond, failed, waiting, oldestSeconds } = numbers;
  const rate = perSecond ? `${numberText(perSecond)}/s` : '';
  const failures = failed ? `✕ ${numberText(failed)} failed` : '';
  switch (kind) {
    case 'pipe':
      return [joined(count(events ?? 0, 'event'), rate), failures];
    case 'rule':
      if (subscriber?.ruleState === 'DISABLED') return ['✕ disabled', joined(`${numberText(events ?? 0)} matched`)];
      if (subscriber?.ruleState === 'missing') return ['✕ deleted'];
      return [joined(`${numberText(events ?? 0)} matched`, rate), failures];
    case 'queue':
      return [`${numberText(waiting ?? 0)} waiting`, oldestSeconds ? `oldest ${spanText(oldestSeconds * 1000)}` : ''];
    case 'function':
      return [joined(`${numberText(events ?? 0)} handled`, rate), failures];
    case 'dlq':
      return [count(waiting ?? 0, 'dead letter')];
    case 'effects':
      return [...(subscriber?.publishes ?? []).map((type) => `→ ${type}`), effectsText(subscriber?.effects ?? [])];
    default:
      return pipes > 1 ? ['each new row', 'each deleted row'] : ['each new row'];
  }
}

/** How often an event came: as often as a rule matched it, at most. Rules with conditions leave some out. */
export function eventCount({ parts, subscribers }: FlowPage, type: string): string {
  const takers = subscribers.filter(({ takes }) => takes.includes(type));
  if (takers.length === 0) return 'no subscriber';
  const counts = takers.map(({ name }) => parts[`rule ${name}`]?.count ?? 0);
  const least = takers.every(({ where }) => where !== '') ? 'at least ' : '';
  return least + count(Math.max(...counts), 'event');
}

/** What fits beside a subscriber's name in the picture. */
const MOST_CHARACTERS = 90;

/** Which events a rule takes by their content: cut in the picture, whole in the table. */
export function whereText(where: string, most = MOST_CHARACTERS): string {
  if (where === '') return '';
  return ` where ${where.length > most ? `${where.slice(0, most - 1)}…` : where}`;
}

/** Services and actions in short: `s3: CreateBucket and 3 more`. */
export function effectsText(effects: readonly string[]): string {
  const [first, ...others] = effects;
  if (first === undefined) return '';
  return `${first.replace(':', ': ')}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' · ');
}
