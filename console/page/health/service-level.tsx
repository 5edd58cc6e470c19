import type { ServiceLevelView } from '../../contract/health.ts';
import { numberText } from '../texts.ts';
import { HealthMark } from './health-mark.tsx';

/** Whether users get their URI in time. */
export function ServiceLevel({
  level: { text, isKept, target, highest, latest },
}: {
  readonly level: ServiceLevelView;
}) {
  const ms = (value: number | null) => (value === null ? '–' : `${numberText(Math.round(value))} ms`);
  return (
    <section class="card" aria-label="Service level" data-kept={String(isKept)}>
      <h2>Service level</h2>
      <p>
        {isKept !== undefined && <HealthMark status={isKept ? 'ok' : 'problem'} word={isKept ? 'kept' : 'missed'} />}{' '}
        {text}
      </p>
      <p class="quiet">
        The 99th percentile: at most {ms(highest)}, latest {ms(latest)}, allowed {ms(target)}.
      </p>
    </section>
  );
}
