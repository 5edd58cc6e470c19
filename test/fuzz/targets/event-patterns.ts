import { compileEventPattern, InvalidEventPatternError } from '../../../packages/local-engine/event-pattern/index.ts';
import type { Mutator } from '../mutator.ts';
import { plainTarget, refusedBy } from '../target.ts';

const NAMES = ['source', 'detail-type', 'detail', 'a', 'b', 'a.b', '', '$or', 'exists'];
const TEXTS = ['users-table', 'UserRegistered', 'a', 'ab', 'b*', '10.0.0.1', '', 'É', 'a\\*b', '2001:db8::1'];

const EVENT = {
  id: '1',
  source: 'users-table',
  'detail-type': 'UserRegistered',
  account: '123456789012',
  time: '2026-01-01T00:00:00Z',
  resources: ['arn:aws:dynamodb:::a'],
  detail: { a: { b: ['ab', 1, null, true, { a: 'b' }] }, b: '10.0.0.1', version: 1.5, n: [[]] },
};

/** Event patterns of rules and of pipes' filters, and the events that they judge. */
export const eventPatterns = plainTarget('event-patterns', 15, {
  generate: (mutator) => {
    const pattern = object(mutator, 0);
    return {
      dialect: mutator.pick(['rules', 'pipes']),
      pattern: mutator.chance(2) ? pattern : mutator.value(pattern),
      event: mutator.chance(3) ? EVENT : mutator.value(EVENT),
      text: mutator.chance(3) ? mutator.text(JSON.stringify(pattern)) : undefined,
    };
  },
  check: (input) => {
    const { dialect, pattern, event, text } = input as {
      dialect?: 'rules' | 'pipes';
      pattern?: unknown;
      event?: unknown;
      text?: string;
    };
    const options = { dialect: dialect === 'pipes' ? dialect : ('rules' as const) };
    const judged = (asked: unknown) =>
      refusedBy([InvalidEventPatternError], () => {
        const matches = compileEventPattern(asked, options);
        const [answer, reason] = [matches(event), matches.explain(event)];
        if (answer !== (reason === undefined)) return `matches is ${answer}, explain is ${reason}`;
        if (answer !== compileEventPattern(JSON.stringify(asked), options)(event)) return 'as text it judges otherwise';
        return undefined;
      });
    return judged(pattern) ?? (typeof text === 'string' ? refusedText(text, options) : undefined);
  },
});

function refusedText(text: string, options: { readonly dialect: 'rules' | 'pipes' }): string | undefined {
  return refusedBy([InvalidEventPatternError], () => {
    compileEventPattern(text, options)(EVENT);
    return undefined;
  });
}

function object(mutator: Mutator, level: number): Record<string, unknown> {
  const members = mutator.many(1, 3, () => {
    const name = mutator.pick(NAMES);
    if (name === '$or') return [name, mutator.many(1, 3, () => object(mutator, level + 1))] as const;
    const isObject = level < 3 && mutator.chance(3);
    return [name, isObject ? object(mutator, level + 1) : mutator.many(1, 3, () => value(mutator))] as const;
  });
  return Object.fromEntries(members);
}

function value(mutator: Mutator): unknown {
  const text = mutator.pick(TEXTS);
  const texts = mutator.many(1, 3, () => mutator.pick(TEXTS));
  return mutator.pick<unknown>([
    text,
    1,
    1.5,
    null,
    true,
    { prefix: text },
    { prefix: { 'equals-ignore-case': text } },
    { suffix: text },
    { 'equals-ignore-case': text },
    { wildcard: `${text}*${text}` },
    { wildcard: '*'.repeat(mutator.wholeNumber(1, 40)) },
    { exists: mutator.chance(2) },
    { cidr: mutator.pick(['10.0.0.0/8', '2001:db8::/32', text, '10.0.0.1/33']) },
    { numeric: mutator.pick<unknown>([['>', 1], ['>=', 0, '<', 1e300], ['=', -0], ['<'], [1, '<']]) },
    { 'anything-but': mutator.pick<unknown>([text, texts, 1, [1, 2], { prefix: texts }, { wildcard: texts }]) },
  ]);
}
