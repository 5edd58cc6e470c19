import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type {
  LabDone,
  LessonCheckView,
  LessonPreview,
  LessonStepView,
  LessonsPage,
  LessonView,
} from '../../contract/lab.ts';
import { address, addressOf } from '../address.ts';
import { isRunning, JobCard, jobsOf, startJob } from '../jobs.tsx';
import { Command, Problem, Skeleton } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { change, type RequestFailed, read } from '../server.ts';

/** The drills of the runbook as lessons: the list, and the one that the address names. */
export function Lessons() {
  const page = useSignal<LessonsPage | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    read<LessonsPage>('/api/lab/lessons').then(
      (found) => {
        page.value = found;
      },
      ({ message }: RequestFailed) => {
        problem.value = message;
      },
    );
  }, []);
  if (problem.value !== undefined) return <Problem text={problem.value} />;
  if (page.value === undefined) return <Skeleton lines={8} />;
  const { lessons } = page.value;
  const chosen = lessons.find(({ id }) => id === address.value.query.get('lesson'));
  return (
    <div class="lessons">
      <nav aria-label="Lessons">
        <ol>
          {lessons.map(({ id, title, entry, notPlayable }) => (
            <li key={id} value={entry}>
              <a
                href={addressOf('/lab', { show: 'lessons', lesson: id })}
                aria-current={id === chosen?.id ? 'page' : undefined}
              >
                {title}
              </a>
              {notPlayable !== undefined && <span class="quiet"> read only</span>}
            </li>
          ))}
        </ol>
      </nav>
      {chosen === undefined ? (
        <p class="quiet">
          Each is an entry of docs/runbook.md: something breaks, you see it, you fix it, and a check says whether all is
          well. Choose one.
        </p>
      ) : (
        <Lesson key={chosen.id} lesson={chosen} />
      )}
    </div>
  );
}

function Lesson({ lesson }: { readonly lesson: LessonView }) {
  const { id, title, entry, story, see, todo, repair, notPlayable, command } = lesson;
  return (
    <article class="lesson" aria-labelledby="lesson-title">
      <h2 id="lesson-title">{title}</h2>
      <p>{story}</p>
      <p class="quiet">Entry {entry} of docs/runbook.md.</p>
      <h3>1. What breaks</h3>
      {notPlayable === undefined ? (
        <Breaking id={id} command={command} />
      ) : (
        <p class="notice">It cannot be played here. {notPlayable}</p>
      )}
      <h3>2. What you see</h3>
      <Steps steps={see} />
      <h3>3. What you do</h3>
      <Steps steps={todo} />
      {repair !== undefined && <Repair id={id} text={repair} />}
      {notPlayable === undefined && (
        <>
          <h3>4. Is it fixed?</h3>
          <Check id={id} />
        </>
      )}
    </article>
  );
}

function Steps({ steps }: { readonly steps: readonly LessonStepView[] }) {
  return (
    <ul class="lesson-steps">
      {steps.map(({ text, view, command }) => (
        <li key={text}>
          <span>
            {text}
            {view !== undefined && (
              <>
                {': '}
                <a href={view.path}>{view.name}</a>
              </>
            )}
          </span>
          {command !== undefined && <Command text={command} />}
        </li>
      ))}
    </ul>
  );
}

/** What the button would change, and the button. */
function Breaking({ id, command }: { readonly id: string; readonly command: string }) {
  const preview = useSignal<LessonPreview | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = isRunning('lesson');
  useEffect(() => {
    read<LessonPreview>(addressOf('/api/lab/lesson/preview', { id })).then(
      (found) => {
        preview.value = found;
      },
      ({ message }: RequestFailed) => {
        problem.value = message;
      },
    );
    // What it would change is another thing after it has changed something.
  }, [isBusy]);
  const start = async () => {
    problem.value = undefined;
    await startJob('/api/lab/lesson/break', { id }).catch(({ message }: RequestFailed) => {
      problem.value = message;
    });
  };
  const [job] = jobsOf('lesson').filter((each) => each.command === command);
  const { lines = [], problem: hindrance } = preview.value ?? {};
  return (
    <>
      {preview.value === undefined && problem.value === undefined && <Skeleton lines={1} />}
      <ul class="preview">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {hindrance !== undefined && (
        <p class="notice">
          It cannot be broken now: {hindrance}. <a href="/register">Register</a>
        </p>
      )}
      {problem.value !== undefined && <Problem text={problem.value} />}
      {info.value?.isWritable === false ? (
        <Command text={command} />
      ) : (
        <button
          type="button"
          class="primary danger"
          disabled={isBusy || preview.value === undefined || hindrance !== undefined}
          onClick={start}
        >
          Break it
        </button>
      )}
      {job !== undefined && <JobCard job={job} />}
    </>
  );
}

function Repair({ id, text }: { readonly id: string; readonly text: string }) {
  const said = useSignal<string | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const repair = () =>
    change<LabDone>('/api/lab/lesson/repair', { id }).then(
      (done) => {
        said.value = done.text;
      },
      ({ message }: RequestFailed) => {
        problem.value = message;
      },
    );
  if (info.value?.isWritable === false) return null;
  return (
    <>
      <button type="button" onClick={repair}>
        {text}
      </button>
      <p role="status">{said.value}</p>
      {problem.value !== undefined && <Problem text={problem.value} />}
    </>
  );
}

function Check({ id }: { readonly id: string }) {
  const found = useSignal<LessonCheckView | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const check = async () => {
    isBusy.value = true;
    problem.value = undefined;
    await read<LessonCheckView>(addressOf('/api/lab/lesson/check', { id })).then(
      (view) => {
        found.value = view;
      },
      ({ message }: RequestFailed) => {
        problem.value = message;
      },
    );
    isBusy.value = false;
  };
  return (
    <>
      <button type="button" disabled={isBusy.value} onClick={check}>
        {isBusy.value ? 'Checking …' : 'Check'}
      </button>
      {problem.value !== undefined && <Problem text={problem.value} />}
      <div role="status">
        {found.value !== undefined && (
          <>
            <p class={`verdict ${found.value.isFixed ? 'done' : 'failed'}`}>
              {found.value.isFixed ? '✓ All is well.' : '✕ Not yet.'}
            </p>
            <ul class="lesson-checks">
              {found.value.found.map(({ isMet, text }) => (
                <li key={text}>
                  <span aria-hidden="true">{isMet ? '✓' : '✕'}</span>
                  <span class="hidden">{isMet ? 'yes: ' : 'no: '}</span> {text}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </>
  );
}
