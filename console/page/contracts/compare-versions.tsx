import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ContractComparisonView, ContractView, FieldDifferenceView } from '../../contract/contracts.ts';
import { address, addressOf, adjust } from '../address.ts';
import { Command, Problem, Skeleton } from '../parts.tsx';
import { type RequestFailed, read } from '../server.ts';
import { WithCode } from './with-code.tsx';

/** Two versions of an event, with the verdict of the compatibility gate. By default: since the last release. */
export function CompareVersions({ contract: { name, comparable } }: { readonly contract: ContractView }) {
  const { query } = address.value;
  const older = chosenOf(comparable, query.get('older')) ?? before(comparable, name) ?? name;
  const newer = chosenOf(comparable, query.get('newer')) ?? name;
  return (
    <section aria-labelledby="compare-title">
      <h3 id="compare-title">Compare</h3>
      <div class="filter-bar">
        <VersionChoice label="From" name="older" chosen={older} comparable={comparable} />
        <VersionChoice label="To" name="newer" chosen={newer} comparable={comparable} />
      </div>
      {older === newer ? (
        <p class="notice">It was never released, and there is no other version to compare it with.</p>
      ) : (
        <Comparison older={older} newer={newer} />
      )}
    </section>
  );
}

function chosenOf(comparable: readonly string[], name: string | null): string | undefined {
  return comparable.find((each) => each === name);
}

/** The one before it: its last release, or the version before. */
function before(comparable: readonly string[], name: string): string | undefined {
  return comparable[comparable.indexOf(name) - 1];
}

interface VersionChoiceProps {
  readonly label: string;
  readonly name: 'older' | 'newer';
  readonly chosen: string;
  readonly comparable: readonly string[];
}

function VersionChoice({ label, name, chosen, comparable }: VersionChoiceProps) {
  return (
    <label>
      {label}{' '}
      <select value={chosen} onChange={({ currentTarget }) => adjust({ [name]: currentTarget.value })}>
        {comparable.map((each) => (
          <option key={each} value={each}>
            {each.replace('@released', ', as released')}
          </option>
        ))}
      </select>
    </label>
  );
}

function Comparison({ older, newer }: { readonly older: string; readonly newer: string }) {
  const found = useSignal<ContractComparisonView | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    let isOld = false;
    read<ContractComparisonView>(addressOf('/api/contracts/compare', { older, newer })).then(
      (comparison) => {
        if (isOld) return;
        found.value = comparison;
        problem.value = undefined;
      },
      ({ message }: RequestFailed) => {
        if (!isOld) problem.value = message;
      },
    );
    return () => {
      isOld = true;
    };
  }, [older, newer]);
  if (problem.value !== undefined) return <Problem text={problem.value} />;
  if (found.value === undefined) return <Skeleton lines={3} />;
  const { verdict, text, differences, command } = found.value;
  return (
    <>
      <p role="status" class={verdict === 'breaking' ? 'field-problem' : 'verdict done'}>
        <span aria-hidden="true">{verdict === 'breaking' ? '✕' : '✓'}</span> {text}
      </p>
      {differences.length > 0 && <Differences differences={differences} />}
      <p class="source">
        The same as <Command text={command} />
      </p>
    </>
  );
}

function Differences({ differences }: { readonly differences: readonly FieldDifferenceView[] }) {
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Change</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
          <th scope="col">What it breaks</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ field, kind, before: was = '', after = '', breaking }) => (
          <tr key={field}>
            <th scope="row" class="id">
              {field === '' ? 'the event' : field}
            </th>
            <td>{kind}</td>
            <td class="limits">
              <WithCode text={was} />
            </td>
            <td class="limits">
              <WithCode text={after} />
            </td>
            <td class="limits">
              {breaking.length === 0 ? (
                <span class="quiet">nothing</span>
              ) : (
                breaking.map((message) => (
                  <p key={message} class="field-problem">
                    ✕ {message}
                  </p>
                ))
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
