import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { UserDetails as Details } from '../../contract/user.ts';
import { address, addressOf, adjust } from '../address.ts';
import { Command, Problem, Skeleton } from '../parts.tsx';
import { type RequestFailed, read } from '../server.ts';

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
      {isOpen && <Opened key={version} userId={userId} />}
    </section>
  );
}

function Opened({ userId }: { readonly userId: string }) {
  const details = useSignal<Details | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    read<Details>(addressOf('/api/user/details', { id: userId })).then(
      (found) => {
        details.value = found;
      },
      ({ message }: RequestFailed) => {
        problem.value = message;
      },
    );
  }, [userId]);
  if (problem.value !== undefined) return <Problem text={problem.value} />;
  if (details.value === undefined) return <Skeleton lines={4} />;
  const { sections, problems, command } = details.value;
  return (
    <>
      {problems.map((text) => (
        <Problem key={text} text={text} />
      ))}
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
      <p class="source">
        The same as <Command text={command} />
      </p>
    </>
  );
}
