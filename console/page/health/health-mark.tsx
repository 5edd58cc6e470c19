import type { HealthStatus } from '../../contract/health.ts';

const MARKS = { ok: '✓', warning: '!', problem: '✕' } as const;
const WORDS = { ok: 'well', warning: 'warning', problem: 'problem' } as const;
const COLORS = { ok: 'done', warning: 'waiting', problem: 'failed' } as const;

/** How something stands: a mark and a word, never colour alone. @param word instead of the usual one */
export function HealthMark({
  status,
  word = WORDS[status],
}: {
  readonly status: HealthStatus;
  readonly word?: string;
}) {
  return (
    <span class={`verdict ${COLORS[status]}`}>
      <span aria-hidden="true">{MARKS[status]}</span> {word}
    </span>
  );
}
