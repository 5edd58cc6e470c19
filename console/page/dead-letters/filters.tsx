import { useSignal } from '@preact/signals';
import type { DeadLetterFilter } from '../../contract/dead-letters.ts';
import { adjust } from '../address.ts';
import { Choice, TextField } from '../forms.tsx';

/** The filter's fields that an address has. */
const FIELDS = ['queue', 'cause', 'user', 'error', 'type', 'olderThan'] as const;

type Field = (typeof FIELDS)[number];

/** The filter of an address. */
export function filterIn(query: URLSearchParams): DeadLetterFilter {
  const given = FIELDS.flatMap((name) => {
    const value = query.get(name);
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}

/** A filter as parameters of a request. */
export function parametersOf({ messageId = [], ...texts }: DeadLetterFilter): string {
  const given = Object.entries(texts).filter(([, value]) => value !== '');
  return new URLSearchParams([...given, ...messageId.map((id) => ['messageId', id])]).toString();
}

interface FiltersProps {
  readonly filter: DeadLetterFilter;
  readonly queues: readonly string[];
}

/** The filter is in the address. It is applied when it is sent: each time the queues are read. */
export function Filters({ filter, queues }: FiltersProps) {
  const draft = useSignal<Readonly<Partial<Record<Field, string>>>>(filter);
  const set = (name: Field) => (text: string) => {
    draft.value = { ...draft.value, [name]: text };
  };
  const apply = (next: Readonly<Partial<Record<Field, string>>>) =>
    adjust({ ...Object.fromEntries(FIELDS.map((name) => [name, next[name]])), selected: undefined, open: undefined });
  const { queue = '' } = draft.value;
  const text = (name: Field, label: string, hint = '') => (
    <TextField label={label} value={draft.value[name] ?? ''} hint={hint} onText={set(name)} />
  );
  return (
    <form
      class="filter-bar"
      onSubmit={(event) => {
        event.preventDefault();
        apply(draft.value);
      }}
    >
      <Choice label="Queue" value={queue} options={[['', 'all'], ...queues]} onChoose={set('queue')} />
      {text('user', 'User')}
      {text('error', 'Error contains')}
      {text('type', 'Event')}
      {text('olderThan', 'Older than', '15m, 2h, 7d')}
      {filter.cause !== undefined && <span class="badge">cause {filter.cause}</span>}
      <button type="submit">Show</button>
      {Object.keys(filter).length > 0 && (
        <button type="button" onClick={() => apply({})}>
          Show all
        </button>
      )}
    </form>
  );
}
