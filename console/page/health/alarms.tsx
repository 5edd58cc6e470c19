import type { AlarmView, HealthStatus, MetricsPage, ServiceLevelView } from '../../contract/health.ts';
import { Command, Time } from '../parts.tsx';
import { Problem } from '../states.tsx';
import { count, numberText } from '../texts.ts';
import { HealthMark } from './health-mark.tsx';

const STATUS: Readonly<Record<AlarmView['state'], HealthStatus>> = {
  ALARM: 'problem',
  INSUFFICIENT_DATA: 'warning',
  OK: 'ok',
};
const WORDS = { ALARM: 'alarm', INSUFFICIENT_DATA: 'no data', OK: 'OK' } as const;

/** The alarms: those that are on with what to do, the others below them. */
export function Alarms({ page: { alarms, alarmsProblem } }: { readonly page: MetricsPage }) {
  const on = alarms.filter(({ state }) => state !== 'OK');
  const off = alarms.filter(({ state }) => state === 'OK');
  return (
    <section class="card alarms" aria-label="Alarms">
      <h2>Alarms</h2>
      {alarmsProblem !== undefined && <Problem text={alarmsProblem} />}
      {alarmsProblem === undefined && (
        <p role="status">
          {off.length} of {count(alarms.length, 'alarm')} OK
        </p>
      )}
      <AlarmList alarms={on} />
      {off.length > 0 && (
        <details>
          <summary>Alarms that are OK</summary>
          <AlarmList alarms={off} />
        </details>
      )}
    </section>
  );
}

function AlarmList({ alarms }: { readonly alarms: readonly AlarmView[] }) {
  return (
    <ul class="findings">
      {alarms.map((alarm) => (
        <li key={alarm.name} data-alarm={alarm.state}>
          <Alarm alarm={alarm} />
        </li>
      ))}
    </ul>
  );
}

function Alarm({ alarm: { state, since, problem, rule, reason, command, runbook } }: { readonly alarm: AlarmView }) {
  return (
    <>
      <p>
        <HealthMark status={STATUS[state]} word={WORDS[state]} /> {problem}
        {since !== undefined && (
          <span class="quiet">
            , since <Time at={since} />
          </span>
        )}
      </p>
      <p class="quiet">
        {rule !== undefined && `${rule}. `}
        {state !== 'OK' && reason}
      </p>
      {command !== undefined && <Command text={command} />}
      {runbook !== undefined && (
        <p class="quiet">
          Runbook: <code>{runbook}</code>
        </p>
      )}
    </>
  );
}

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
