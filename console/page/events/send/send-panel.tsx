import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ContractsPage, SchemaView } from '../../../contract/contracts.ts';
import type { EventView } from '../../../contract/events.ts';
import { address, adjust } from '../../address.ts';
import { Choice, type Option } from '../../forms.tsx';
import { AnswerProblem } from '../../states.tsx';
import { useAnswer } from '../../use-answer.ts';
import { DraftEditor, type Origin } from './draft-editor.tsx';
import { formFields, freshDetail } from './form-fields.ts';

/** In the address: a new event. Otherwise the id of the event that is copied. */
export const NEW = 'new';

interface SendPanelProps {
  /** Finds the event that is copied; undefined where the list does not have it. */
  find(id: string): EventView | undefined;
}

/** Sends a new event, or a copy of one of the list, with a form that is made of its schema. */
export function SendPanel({ find }: SendPanelProps) {
  const contracts = useAnswer<ContractsPage>('/api/contracts');
  const page = contracts.answer;
  const offset = useMemo(() => (page === undefined ? 0 : page.now - Date.now()), [page]);
  const heading = useRef<HTMLHeadingElement>(null);
  const { query } = address.value;
  const [send, sample] = [query.get('send') ?? '', query.get('sample') ?? ''];
  const copied = send === NEW ? undefined : find(send);
  useEffect(() => heading.current?.focus(), [send]);
  const origin = useMemo(
    () => page && (send === NEW ? newOrigin(page, sample, Date.now() + offset) : copied && copyOrigin(page, copied)),
    [page, send, sample, copied],
  );
  return (
    <section class="send-panel" aria-labelledby="send-title">
      <div class="heading">
        <h2 id="send-title" ref={heading} tabIndex={-1}>
          {send === NEW ? 'Send an event' : `Copy ${copied?.type ?? 'an event'}`}
          {copied !== undefined && <span class="id"> {copied.id}</span>}
        </h2>
        <button type="button" class="small" onClick={() => adjust({ send: undefined, sample: undefined })}>
          Close
        </button>
      </div>
      <AnswerProblem of={contracts} lines={6} />
      {send === NEW && page !== undefined && <SampleChoice page={page} chosen={origin} />}
      {page !== undefined && origin === undefined && (
        <p class="notice">The list does not have this event any more, or shows only the beginning of it.</p>
      )}
      {origin !== undefined && <DraftEditor key={origin.key} origin={origin} offset={offset} />}
    </section>
  );
}

function newOrigin({ versions }: ContractsPage, sample: string, now: number): Origin | undefined {
  const all = versions.flatMap((contract) => contract.samples.map((each) => ({ contract, ...each })));
  const newest = versions.findLast(({ subscribers }) => subscribers.length > 0) ?? versions.at(-1);
  const chosen = all.find(({ name }) => name === sample) ?? all.find(({ name }) => name === newest?.name);
  if (chosen === undefined) return undefined;
  const { name, contract, event } = chosen;
  const detail = freshDetail(event, formFields(contract.schema), now);
  return { key: `new ${name}`, type: contract.type, source: contract.source, detail, contract };
}

/** Undefined for an event whose detail is cut. */
function copyOrigin({ versions }: ContractsPage, { id, type, source, detail: text }: EventView): Origin | undefined {
  let detail: SchemaView;
  try {
    detail = JSON.parse(text) as SchemaView;
  } catch {
    return undefined;
  }
  const version = (detail.metadata as SchemaView | undefined)?.schemaVersion;
  const known = versions.filter((each) => each.type === type);
  const contract = known.find((each) => each.version === version) ?? known.at(-1);
  return { key: `copy ${id}`, type, source, detail, ...(contract && { contract }) };
}

/** Which event is sent, and what it begins with. */
function SampleChoice({ page, chosen }: { readonly page: ContractsPage; readonly chosen: Origin | undefined }) {
  const contract = chosen?.contract;
  const sample = chosen?.key.replace('new ', '') ?? '';
  const choose = (name: string) => adjust({ sample: name });
  const samples = contract?.samples ?? [];
  return (
    <div class="filter-bar">
      <Choice
        label="Event"
        value={contract?.name ?? ''}
        options={page.versions.map(({ name, type, version }): Option => [name, `${type}, version ${version}`])}
        onChoose={choose}
      />
      <Choice
        label="Begin with"
        value={sample}
        options={samples.map(({ name, special }): Option => [name, special === '' ? 'the sample' : special])}
        onChoose={choose}
      />
    </div>
  );
}
