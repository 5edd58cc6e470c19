import { compileLogPattern, LogPatternError } from '../../../packages/local-engine/logs/log-pattern/log-pattern.ts';
import { plainTarget, refusedBy } from '../target.ts';

const PATTERNS = [
  '{ $.hop = "event" && ($.a.b[0] > 1 || $.c IS NULL) }',
  '{ ($.level = "ERROR") || ($.message = "*timed out*") }',
  '{ $.a NOT EXISTS && $.b IS TRUE && $.c != 1.5 }',
  'ERROR -"a b" ?x ?"y"',
  '{ $.a[0].b = * }',
  '"quoted \\" text"',
];
const LINES = ['{"hop":"event","a":{"b":[2]},"c":null,"level":"ERROR"}', 'ERROR: it timed out', '[1,2]', ''];

/** Filter patterns of logs, and the lines that they judge. */
export const logPatterns = plainTarget('log-patterns', 14, {
  generate: (mutator) => ({
    pattern: mutator.text(mutator.pick(PATTERNS)),
    line: mutator.chance(2) ? mutator.pick(LINES) : mutator.text(mutator.pick(LINES)),
  }),
  check: (input) => {
    const { pattern, line } = input as { pattern?: unknown; line?: unknown };
    if (typeof pattern !== 'string' || typeof line !== 'string') return undefined;
    return refusedBy([LogPatternError], () => {
      const answer: unknown = compileLogPattern(pattern)({ message: line });
      return typeof answer === 'boolean' ? undefined : `it answered ${String(answer)}`;
    });
  },
});
