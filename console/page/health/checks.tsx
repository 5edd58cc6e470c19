import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { FindingView, HealthCheckView, HealthPage, Repaired } from '../../contract/health.ts';
import { ActionButton, isReadOnly, useAction } from '../actions.tsx';
import { isSeen } from '../clock.ts';
import { Command, SameCommand } from '../parts.tsx';
import { change, read } from '../server.ts';
import { AnswerProblem, AskedAt } from '../states.tsx';
import { HealthMark } from './health-mark.tsx';

/** While the page is visible, it is checked that often, in milliseconds. Each time is some fifty calls. */
const AGAIN_MS = 60_000;

/** After a repair it is checked sooner, as long as the part is not well: it may need a moment to start. */
const AFTER_REPAIR_MS = 2000;
const MOST_AFTER_REPAIR = 30;

/** The checks of `doctor`, each as a card. */
export function Checks() {
  const checked = useSignal<HealthPage | undefined>(undefined);
  const { isBusy, problem, act } = useAction();
  const check = async (): Promise<HealthPage | undefined> => {
    await act(async () => {
      checked.value = await read<HealthPage>('/api/health');
    });
    return checked.value;
  };
  const isShown = isSeen.value;
  useEffect(() => {
    if (!isShown) return undefined;
    void check();
    const timer = setInterval(check, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isShown]);
  const page = checked.value;
  const asked = { answer: page, problem, isCurrent: !isBusy, again: check };
  return (
    <section aria-label="Checks">
      <h2>Checks</h2>
      <AskedAt what="Checked" at={page?.now} of={asked}>
        {page?.summary}
      </AskedAt>
      <AnswerProblem of={asked} lines={6} canAskAgain={false} />
      <div class="checks">
        {page?.checks.map((each) => (
          <CheckCard key={each.name} check={each} checkAgain={check} />
        ))}
      </div>
      {page !== undefined && <SameCommand text={page.command} />}
    </section>
  );
}

interface CardProps {
  readonly check: HealthCheckView;
  checkAgain(): Promise<HealthPage | undefined>;
}

function CheckCard({ check: { name, status, findings }, checkAgain }: CardProps) {
  return (
    <section class={`card check ${status}`} aria-label={`Check: ${name}`} data-status={status}>
      <h3>
        {name} <HealthMark status={status} />
      </h3>
      <ul class="findings">
        {findings.map((finding) => (
          <li key={`${finding.subject} ${finding.detail}`}>
            <Finding check={name} finding={finding} checkAgain={checkAgain} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface FindingProps extends Pick<CardProps, 'checkAgain'> {
  readonly check: string;
  readonly finding: FindingView;
}

function Finding({ check, finding, checkAgain }: FindingProps) {
  const { status, shortSubject, detail, fix, repair } = finding;
  return (
    <>
      <p>
        {status !== 'ok' && <HealthMark status={status} />} <span class="subject">{shortSubject}</span>: {detail}
      </p>
      {repair !== undefined && !isReadOnly() && (
        <RepairButton check={check} finding={finding} text={repair} checkAgain={checkAgain} />
      )}
      {fix !== undefined && <Command text={fix} />}
    </>
  );
}

function RepairButton({ check, finding, text, checkAgain }: FindingProps & { readonly text: string }) {
  const { subject, detail } = finding;
  const repair = async () => {
    await change<Repaired>('/api/health/repair', { check, subject, detail });
    for (let time = 0; time < MOST_AFTER_REPAIR; time++) {
      const page = await checkAgain();
      const found = page?.checks.find(({ name }) => name === check)?.findings ?? [];
      if (found.every((each) => each.subject !== subject || each.status === 'ok')) break;
      await new Promise((resolve) => setTimeout(resolve, AFTER_REPAIR_MS));
    }
  };
  return <ActionButton kind="primary" text={text} work={repair} />;
}
