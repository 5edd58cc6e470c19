import type { SchemaView } from '../../../contract/contracts.ts';
import type { ViolationView } from '../../../contract/events.ts';
import { pipelineAhead } from '../../clock.ts';
import { timeText, utcText } from '../../texts.ts';
import { type FormField, nowValue, textOfValue, valueAt, valueOfText, withValue } from './form-fields.ts';

interface EventFormProps {
  readonly fields: readonly FormField[];
  /** The event's `detail`. */
  readonly detail: SchemaView;
  readonly violations: readonly ViolationView[];
  /** The pipeline's clock minus this one, in milliseconds. */
  readonly offset: number;
  onChange(detail: SchemaView): void;
}

/** A form for an event's detail, made of its schema. */
export function EventForm({ fields, ...props }: EventFormProps) {
  return fields.map((field) =>
    field.kind === 'group' ? (
      <fieldset key={field.pointer}>
        <legend>{field.name}</legend>
        <EventForm fields={field.fields} {...props} />
      </fieldset>
    ) : (
      <Field key={field.pointer} field={field} {...props} />
    ),
  );
}

function Field({
  field,
  detail,
  violations,
  offset,
  onChange,
}: Omit<EventFormProps, 'fields'> & { readonly field: FormField }) {
  const { pointer, name, kind, required, meaning } = field;
  const id = `field${pointer}`;
  const value = valueAt(detail, pointer);
  const problems = violations.filter((violation) => isAt(violation.pointer, `/detail${pointer}`));
  const set = (next: unknown) => onChange(withValue(detail, pointer, next));
  return (
    <div class="field">
      <label for={id}>
        {name} {!required && <span class="quiet">optional</span>}
      </label>
      <Control
        field={field}
        id={id}
        text={textOfValue(kind, value)}
        isInvalid={problems.length > 0}
        onText={(text) => set(valueOfText(field, text))}
      />
      {(kind === 'time' || kind === 'date') && (
        <span class="quiet">
          <button type="button" class="small" onClick={() => set(nowValue(kind, Date.now() + offset))}>
            now
          </button>{' '}
          {typeof value === 'number' && Number.isFinite(value) && <SecondsText seconds={value} />}
        </span>
      )}
      <p class="field-problem" id={`${id}-problem`}>
        {problems.map(({ problem }) => `${name} ${problem}`).join('; ')}
      </p>
      <p class="quiet" id={`${id}-meaning`}>
        {meaning}
      </p>
    </div>
  );
}

/** A field inside of it, as in a list, has no place of its own. */
function isAt(found: string, pointer: string): boolean {
  return found === pointer || found.startsWith(`${pointer}/`);
}

function SecondsText({ seconds }: { readonly seconds: number }) {
  const at = seconds * 1000;
  // The latest time that a Date can have.
  if (Math.abs(at) > 8.64e15) return null;
  return <span title={utcText(at)}>{timeText(at, Date.now() + pipelineAhead.value)}</span>;
}

interface ControlProps {
  readonly field: FormField;
  readonly id: string;
  readonly text: string;
  readonly isInvalid: boolean;
  onText(text: string): void;
}

function Control({ field: { kind, required, choices }, id, text, isInvalid, onText }: ControlProps) {
  const common = {
    id,
    value: text,
    'aria-invalid': isInvalid,
    'aria-describedby': `${id}-problem ${id}-meaning`,
    onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) => onText(currentTarget.value),
  };
  const values = kind === 'boolean' ? ['true', 'false'] : choices;
  if (values.length > 0) {
    return (
      <select {...common}>
        {(!required || text === '') && <option value="" />}
        {text !== '' && !values.includes(text) && <option value={text}>{text}</option>}
        {values.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'json') return <textarea {...common} rows={3} spellcheck={false} placeholder="JSON" />;
  const isNumber = kind === 'number' || kind === 'time';
  return <input {...common} autoComplete="off" spellcheck={false} inputMode={isNumber ? 'decimal' : 'text'} />;
}
