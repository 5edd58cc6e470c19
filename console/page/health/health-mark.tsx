import type { HealthStatus } from '../../contract/health.ts';
import { type Standing, StateMark } from '../parts.tsx';

const STANDINGS: Readonly<Record<HealthStatus, Standing>> = { ok: 'done', warning: 'waiting', problem: 'failed' };
const WORDS = { ok: 'well', warning: 'warning', problem: 'problem' } as const;

interface HealthMarkProps {
  readonly status: HealthStatus;
  /** In place of the usual one. */
  readonly word?: string;
}

/** How a part of the pipeline stands. */
export function HealthMark({ status, word = WORDS[status] }: HealthMarkProps) {
  return (
    <StateMark standing={STANDINGS[status]} {...(status === 'warning' && { mark: '!' })}>
      {word}
    </StateMark>
  );
}
