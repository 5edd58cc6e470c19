import type { UserDetails as Details } from '../../contract/user.ts';
import { address, addressOf, adjust } from '../address.ts';
import { SameCommand } from '../parts.tsx';
import { AnswerProblem, Problem } from '../states.tsx';
import { useAnswer } from '../use-answer.ts';

interface UserDetailsProps {
  readonly userId: string;
  /** Changes when the row may have changed; it is read again then. */
  readonly version: string;
}

/** The row, the bucket and its settings. They are read when they are wanted. */
export function UserDetails({ userId, version }: UserDetailsProps) {
  const isOpen = address.value.query.get('details') === '1';
  return (
    <section class="user-details" aria-labelledby="details-title">
      <h2 id="details-title">
        <button type="button" aria-expanded={isOpen} onClick={() => adjust({ details: isOpen ? undefined : '1' })}>
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> Row, bucket and settings
        </button>
      </h2>
      {isOpen && <Opened userId={userId} version={version} />}
    </section>
  );
}

function Opened({ userId, version }: UserDetailsProps) {
  const details = useAnswer<Details>(addressOf('/api/user/details', { id: userId }), { version });
  const { sections = [], problems = [], command } = details.answer ?? {};
  return (
    <>
      <AnswerProblem of={details} lines={4} />
      {problems.map((text) => (
        <Problem key={text} text={text} />
      ))}
      {command !== undefined && (
        <div class="facts">
          {sections.map(({ title, lines }) => (
            <div key={title}>
              <h3>{title}</h3>
              <dl>
                {lines.map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </div>
          ))}
        </div>
      )}
      {command !== undefined && <SameCommand text={command} />}
    </>
  );
}
