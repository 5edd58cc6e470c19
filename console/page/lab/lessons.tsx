import { useSignal } from '@preact/signals';
import type { LessonCheckView, LessonPreview, LessonStepView, LessonsPage, LessonView } from '../../contract/lab.ts';
import { ActionButton, isReadOnly, ReadOnly } from '../actions.tsx';
import { address, addressOf } from '../address.ts';
import { isRunning, JobCard, jobsOf, startJob } from '../jobs.tsx';
import { Command, StateMark } from '../parts.tsx';
import { read } from '../server.ts';
import { AnswerProblem } from '../states.tsx';
import { useAnswer } from '../use-answer.ts';
import { Do, PreviewLines } from './changing.tsx';

/** The drills of the runbook as lessons: the list, and the one that the address names. */
export function Lessons() {
  const page = useAnswer<LessonsPage>('/api/lab/lessons');
  if (page.answer === undefined) return <AnswerProblem of={page} lines={8} />;
  const { lessons } = page.answer;
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
      {repair !== undefined && !isReadOnly() && <Do text={repair} path="/api/lab/lesson/repair" body={{ id }} />}
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
  const isBusy = isRunning('lesson');
  // What it would change is another thing after it has changed something.
  const preview = useAnswer<LessonPreview>(addressOf('/api/lab/lesson/preview', { id }), { version: String(isBusy) });
  const [job] = jobsOf('lesson').filter((each) => each.command === command);
  const { lines = [], problem: hindrance } = preview.answer ?? {};
  return (
    <>
      <AnswerProblem of={preview} lines={1} />
      <PreviewLines lines={lines} />
      {hindrance !== undefined && (
        <p class="notice">
          It cannot be broken now: {hindrance}. <a href="/register">Register</a>
        </p>
      )}
      {isReadOnly() ? (
        <ReadOnly to="play the lesson" command={command} />
      ) : (
        <ActionButton
          kind="primary"
          text="Break it"
          isDisabled={isBusy || preview.answer === undefined || hindrance !== undefined}
          work={() => startJob('/api/lab/lesson/break', { id })}
        />
      )}
      {job !== undefined && <JobCard job={job} />}
    </>
  );
}

function Check({ id }: { readonly id: string }) {
  const found = useSignal<LessonCheckView | undefined>(undefined);
  const check = async () => {
    found.value = await read<LessonCheckView>(addressOf('/api/lab/lesson/check', { id }));
  };
  return (
    <>
      <ActionButton text="Check" busyText="Checking …" work={check} />
      <div role="status">{found.value !== undefined && <Checked view={found.value} />}</div>
    </>
  );
}

function Checked({ view: { isFixed, found } }: { readonly view: LessonCheckView }) {
  return (
    <>
      <p>
        <StateMark standing={isFixed ? 'done' : 'failed'}>{isFixed ? 'All is well.' : 'Not yet.'}</StateMark>
      </p>
      <ul class="lesson-checks">
        {found.map(({ isMet, text }) => (
          <li key={text}>
            <span aria-hidden="true">{isMet ? '✓' : '✕'}</span>
            <span class="hidden">{isMet ? 'yes: ' : 'no: '}</span> {text}
          </li>
        ))}
      </ul>
    </>
  );
}
