import type { ContractComparisonView, ContractView, FieldDifferenceView } from '../../contract/contracts.ts';
import { address, addressOf, adjust } from '../address.ts';
import { Choice, type Option } from '../forms.tsx';
import { SameCommand, StateMark } from '../parts.tsx';
import { AnswerProblem } from '../states.tsx';
import { Table } from '../table.tsx';
import { useAnswer } from '../use-answer.ts';

/** Two versions of an event, with the verdict of the compatibility gate. By default: since the last release. */
export function CompareVersions({ contract: { name, comparable } }: { readonly contract: ContractView }) {
  const { query } = address.value;
  const older = chosenOf(comparable, query.get('older')) ?? before(comparable, name) ?? name;
  const newer = chosenOf(comparable, query.get('newer')) ?? name;
  const options = comparable.map((each): Option => [each, each.replace('@released', ', as released')]);
  return (
    <section aria-labelledby="compare-title">
      <h3 id="compare-title">Compare</h3>
      <div class="filter-bar">
        <Choice label="From" value={older} options={options} onChoose={(name) => adjust({ older: name })} />
        <Choice label="To" value={newer} options={options} onChoose={(name) => adjust({ newer: name })} />
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

function Comparison({ older, newer }: { readonly older: string; readonly newer: string }) {
  const found = useAnswer<ContractComparisonView>(addressOf('/api/contracts/compare', { older, newer }));
  if (found.answer === undefined) return <AnswerProblem of={found} lines={3} />;
  const { verdict, text, differences, command } = found.answer;
  return (
    <>
      <p role="status">
        <StateMark standing={verdict === 'breaking' ? 'failed' : 'done'}>{text}</StateMark>
      </p>
      {differences.length > 0 && <Differences differences={differences} />}
      <SameCommand text={command} />
    </>
  );
}

function Differences({ differences }: { readonly differences: readonly FieldDifferenceView[] }) {
  return (
    <Table columns={['Field', 'Change', 'Before', 'After', 'What it breaks']}>
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
    </Table>
  );
}

/** A text in which code is between backticks, as the table of fields has it. */
export function WithCode({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
