import { type Signal, useSignal } from '@preact/signals';
import type { LabPage } from '../../contract/lab.ts';
import { addressOf } from '../address.ts';
import { Options } from '../forms.tsx';
import { Change } from './changing.tsx';

type Field = 'operation' | 'effect' | 'code' | 'delayMs' | 'when' | 'nth' | 'times' | 'subscriber';
type Draft = Readonly<Record<Field, string>>;

const START: Draft = {
  operation: 's3:CreateBucket',
  effect: 'error',
  code: 'SlowDown',
  delayMs: '1000',
  when: 'before',
  nth: '1',
  times: '1',
  subscriber: '',
};

const EFFECTS = {
  error: 'fails with an error',
  'lost-answer': 'takes effect, and its answer is lost',
  delay: 'is delayed',
  kill: 'kills the function that makes it',
} as const;

/** Sets a fault: what happens to which calls. */
export function FaultForm({ page }: { readonly page: LabPage }) {
  const draft = useSignal(START);
  const { operation, effect, when, subscriber } = draft.value;
  const isDelivery = operation.startsWith('deliver:');
  const codes = page.codes[operation === '*' ? '*' : (operation.split(':')[0] ?? '')] ?? [];
  const asked = fieldsOf(draft.value, isDelivery, codes);
  return (
    <section class="card" aria-labelledby="fault-title">
      <h2 id="fault-title">Fault</h2>
      <Choice draft={draft} name="operation" label="Operation" values={page.operations} />
      {!isDelivery && (
        <>
          <Choice draft={draft} name="effect" label="The call" values={Object.keys(EFFECTS)} names={EFFECTS} />
          {effect === 'error' && <Choice draft={draft} name="code" label="Error code" values={codes} />}
          {effect === 'delay' && <NumberField draft={draft} name="delayMs" label="Milliseconds" />}
          {effect !== 'lost-answer' && (
            <Choice
              draft={draft}
              name="when"
              label="When"
              values={['before', 'after']}
              names={{ before: 'before it takes effect', after: 'after it took effect' }}
            />
          )}
          <Choice
            draft={draft}
            name="subscriber"
            label="Of"
            values={effect === 'kill' ? page.subscribers : ['', ...page.subscribers]}
            names={{ '': 'every caller' }}
          />
        </>
      )}
      <div class="pair">
        <NumberField draft={draft} name="nth" label="From call" />
        <Choice draft={draft} name="times" label="How many" values={['1', '2', '5', '10', 'always']} />
      </div>
      <Change
        preview={addressOf('/api/lab/fault/preview', asked)}
        path="/api/lab/fault"
        body={asked}
        button="Set the fault"
        key={`${when}${subscriber}`}
      />
    </section>
  );
}

/** What is asked: fields that the effect has, with values that there are. */
function fieldsOf(draft: Draft, isDelivery: boolean, codes: readonly string[]): Partial<Draft> {
  const { operation, effect, code, delayMs, when, nth, times, subscriber } = draft;
  if (isDelivery) return { operation, effect: 'duplicate', nth, times };
  return {
    operation,
    effect,
    nth,
    times,
    ...(effect === 'error' && { code: codes.includes(code) ? code : (codes[0] ?? '') }),
    ...(effect === 'delay' && { delayMs }),
    ...(effect !== 'lost-answer' && when === 'after' && { when }),
    ...(subscriber !== '' && { subscriber }),
  };
}

interface FieldProps {
  readonly draft: Signal<Draft>;
  readonly name: Field;
  readonly label: string;
}

function Choice({
  draft,
  name,
  label,
  values,
  names = {},
}: FieldProps & { readonly values: readonly string[]; readonly names?: Readonly<Record<string, string>> }) {
  const chosen = draft.value[name];
  const first = values[0] ?? '';
  const set = (value: string) => {
    draft.value = { ...draft.value, [name]: value };
  };
  // The browser shows the first where the value is none of these.
  if (!values.includes(chosen) && first !== chosen) queueMicrotask(() => set(first));
  return (
    <div class="field">
      <label for={`fault-${name}`}>{label}</label>
      <select id={`fault-${name}`} value={chosen} onChange={({ currentTarget }) => set(currentTarget.value)}>
        <Options options={values.map((value) => [value, names[value] ?? value] as const)} value={first} />
      </select>
    </div>
  );
}

function NumberField({ draft, name, label }: FieldProps) {
  return (
    <div class="field">
      <label for={`fault-${name}`}>{label}</label>
      <input
        id={`fault-${name}`}
        type="number"
        min={1}
        value={draft.value[name]}
        onInput={({ currentTarget }) => {
          draft.value = { ...draft.value, [name]: currentTarget.value };
        }}
      />
    </div>
  );
}
