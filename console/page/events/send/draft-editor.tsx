import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { ContractView, SchemaView } from '../../../contract/contracts.ts';
import { isReadOnly } from '../../actions.tsx';
import { EventForm } from './event-form.tsx';
import { expresses, type FormField, formFields } from './form-fields.ts';
import { type KeptDraft, keepDraft, readDraft } from './kept-draft.ts';
import { SendButton } from './send-button.tsx';
import { TriedEvent } from './tried-event.tsx';
import { useTry } from './use-try.ts';

/** What is sent, before anything was changed. */
export interface Origin {
  /** Names it among others. */
  readonly key: string;
  readonly type: string;
  readonly source: string;
  readonly detail: SchemaView;
  /** Absent for an event that this checkout does not know. */
  readonly contract?: ContractView;
}

interface DraftEditorProps {
  readonly origin: Origin;
  /** The pipeline's clock minus this one, in milliseconds. */
  readonly offset: number;
}

/** Edits an event in a form, or as JSON where a form cannot express it, beside what would happen if it were sent now. */
export function DraftEditor({ origin, offset }: DraftEditorProps) {
  const { key, type, source, contract } = origin;
  const fields = useMemo(() => (contract ? formFields(contract.schema) : []), [contract]);
  const draft = useSignal<KeptDraft>(readDraft(key) ?? beginning(origin, fields));
  const { detail, json } = draft.value;
  const typed = json === undefined ? detail : parsedObject(json);
  const event = typed && JSON.stringify({ 'detail-type': type, source, detail: typed });
  const trying = useTry(event);
  const violations = trying.answer?.violations ?? [];
  const isReady = trying.isCurrent && trying.answer !== undefined && violations.length === 0;
  const set = (next: KeptDraft) => {
    draft.value = next;
    keepDraft(key, next);
  };
  return (
    <div class="send">
      <form class="event-form" onSubmit={(submitted) => submitted.preventDefault()}>
        {json === undefined ? (
          <EventForm
            fields={fields}
            detail={detail}
            violations={violations}
            offset={offset}
            onChange={(next) => set({ detail: next })}
          />
        ) : (
          <JsonField
            json={json}
            isObject={typed !== undefined}
            onText={(text) => set({ detail: parsedObject(text) ?? detail, json: text })}
          />
        )}
        <div class="choices">
          {json === undefined && (
            <button type="button" onClick={() => set({ detail, json: JSON.stringify(detail, null, 2) })}>
              Edit as JSON
            </button>
          )}
          {json !== undefined && typed !== undefined && isForForm(fields, typed) && (
            <button type="button" onClick={() => set({ detail: typed })}>
              Edit in the form
            </button>
          )}
          <button type="button" onClick={() => set(beginning(origin, fields))}>
            Begin again
          </button>
        </div>
      </form>
      <div>
        <TriedEvent trying={trying} hasForm={json === undefined} />
        {isReadOnly() ? (
          <p class="notice">
            The console is read-only here. To send the event, copy it as code, or start the console with --write.
          </p>
        ) : (
          <SendButton event={isReady ? event : undefined} receivers={trying.answer?.receivers ?? 0} />
        )}
      </div>
    </div>
  );
}

interface JsonFieldProps {
  readonly json: string;
  readonly isObject: boolean;
  onText(text: string): void;
}

function JsonField({ json, isObject, onText }: JsonFieldProps) {
  return (
    <div class="field">
      <label for="event-json">Detail, as JSON</label>
      <textarea
        id="event-json"
        rows={16}
        spellcheck={false}
        value={json}
        aria-invalid={!isObject}
        aria-describedby="event-json-problem"
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
      <p class="field-problem" id="event-json-problem">
        {!isObject && 'This is no JSON object.'}
      </p>
    </div>
  );
}

function beginning({ detail }: Origin, fields: readonly FormField[]): KeptDraft {
  return isForForm(fields, detail) ? { detail } : { detail, json: JSON.stringify(detail, null, 2) };
}

function isForForm(fields: readonly FormField[], detail: SchemaView): boolean {
  return fields.length > 0 && expresses(fields, detail);
}

function parsedObject(text: string): SchemaView | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SchemaView) : undefined;
  } catch {
    return undefined;
  }
}
