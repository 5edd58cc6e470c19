import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { FindingView, HealthCheckView, HealthPage, Repaired } from '../../contract/health.ts';
import { Command, Problem, Skeleton, Time } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { change, type RequestFailed, read } from '../server.ts';
import { HealthMark } from './health-mark.tsx';

/** While the page is visible, it is checked that often, in milliseconds. Each time is some fifty calls. */
const AGAIN_MS = 60_000;

/** After a repair it is checked sooner, as long as the part is not well: it may need a moment to start. */
const AFTER_REPAIR_MS = 2000;
const MOST_AFTER_REPAIR = 30;

interface Checked {
  readonly page?: HealthPage;
  readonly problem?: string;
  readonly isBusy: boolean;
}

/** The checks of `doctor`, each as a card. */
export function Checks() {
  const checked = useSignal<Checked>({ isBusy: true });
  const check = async (): Promise<HealthPage | undefined> => {
    checked.value = { ...checked.value, isBusy: true };
    try {
      const page = await read<HealthPage>('/api/health');
      checked.value = { page, isBusy: false };
      return page;
    } catch (error) {
      checked.value = { ...checked.value, isBusy: false, problem: (error as RequestFailed).message };
      return undefined;
    }
  };
  useEffect(() => {
    void check();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void check();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const { page, problem, isBusy } = checked.value;
  return (
    <section aria-label="Checks">
      <h2 class="hidden">Checks</h2>
      {problem !== undefined && (
        <Problem text={problem}>
          <button type="button" class="small" disabled={isBusy} onClick={check}>
            {isBusy ? 'Checking …' : 'Check again'}
          </button>
        </Problem>
      )}
      {page === undefined && problem === undefined && <Skeleton lines={6} />}
      {page !== undefined && (
        <p class="checked">
          <span role="status">{page.summary}</span>{' '}
          <span class="quiet">
            Checked at <Time at={page.now} />.
          </span>{' '}
          <button type="button" class="small" disabled={isBusy} onClick={check}>
            {isBusy ? 'Checking …' : 'Check again'}
          </button>{' '}
          <Command text={page.command} />
        </p>
      )}
      <div class="checks">
        {page?.checks.map((each) => (
          <CheckCard key={each.name} check={each} checkAgain={check} />
        ))}
      </div>
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
  const isReadOnly = info.value?.isWritable === false;
  return (
    <>
      <p>
        {status !== 'ok' && <HealthMark status={status} />} <span class="subject">{shortSubject}</span>: {detail}
      </p>
      {repair !== undefined && !isReadOnly && (
        <RepairButton check={check} finding={finding} text={repair} checkAgain={checkAgain} />
      )}
      {fix !== undefined && <Command text={fix} />}
    </>
  );
}

function RepairButton({ check, finding, text, checkAgain }: FindingProps & { readonly text: string }) {
  const { subject, detail } = finding;
  const isBusy = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const repair = async () => {
    isBusy.value = true;
    problem.value = undefined;
    try {
      await change<Repaired>('/api/health/repair', { check, subject, detail });
      for (let time = 0; time < MOST_AFTER_REPAIR; time++) {
        const page = await checkAgain();
        const found = page?.checks.find(({ name }) => name === check)?.findings ?? [];
        if (found.every((each) => each.subject !== subject || each.status === 'ok')) break;
        await new Promise((resolve) => setTimeout(resolve, AFTER_REPAIR_MS));
      }
    } catch (error) {
      problem.value = (error as RequestFailed).message;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <>
      <button type="button" class="primary" disabled={isBusy.value} onClick={repair}>
        {isBusy.value ? `${text} …` : text}
      </button>
      {problem.value !== undefined && <Problem text={problem.value} />}
    </>
  );
}
