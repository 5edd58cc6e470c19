import type { ComponentChildren } from 'preact';
import type { FlowPage, PartView } from '../../contract/flow.ts';
import { addressOf, adjust } from '../address.ts';
import { Table } from '../table.tsx';
import { numberText, spanText } from '../texts.ts';
import { whereText } from './part-texts.ts';

const NUMBERS = ['Events', 'Per second', 'Failed', 'Waiting', 'Oldest', 'Dead letters'];

interface FlowTableProps {
  readonly page: FlowPage;
  /** The subscriber whose charts are shown. */
  readonly chosen: string | undefined;
}

/** The numbers of the picture as a table. */
export function FlowTable({ page: { parts, pipes, subscribers }, chosen }: FlowTableProps) {
  const problems = new Map(
    subscribers.flatMap(({ name, ruleState }) => (ruleState === 'ENABLED' ? [] : [[name, ruleState]])),
  );
  return (
    <Table
      kind="numbers"
      caption="How much goes through each part"
      columns={['Part', ...NUMBERS.map((name) => ({ name, isNumber: true }))]}
    >
      {pipes.map((type) => (
        <Row key={type} name={`pipe of ${type}`} flow={parts[`pipe ${type}`]} dlq={parts['pipe dlq']} owner="pipe" />
      ))}
      {subscribers.flatMap(({ name, where }) => [
        <Row
          key={`rule ${name}`}
          name={`${name}, rule${problems.has(name) ? ` (${problems.get(name)?.toLowerCase()})` : ''}${whereText(where, Infinity)}`}
          flow={parts[`rule ${name}`]}
        />,
        <Row
          key={`function ${name}`}
          name={<FunctionName name={name} isChosen={name === chosen} />}
          flow={parts[`function ${name}`]}
          queue={parts[`queue ${name}`]}
          dlq={parts[`dlq ${name}`]}
          owner={name}
        />,
      ])}
    </Table>
  );
}

interface RowProps {
  readonly name: ComponentChildren;
  readonly flow: PartView | undefined;
  readonly queue?: PartView | undefined;
  readonly dlq?: PartView | undefined;
  /** Whose dead-letter queue it is. */
  readonly owner?: string;
}

/** Whose function it is, and the button that shows the subscriber's charts. */
function FunctionName({ name, isChosen }: { readonly name: string; readonly isChosen: boolean }) {
  return (
    <>
      {name}, function{' '}
      <button
        type="button"
        class="small"
        aria-label={`Charts of ${name}`}
        aria-expanded={isChosen}
        onClick={() => adjust({ subscriber: isChosen ? undefined : name })}
      >
        Charts
      </button>
    </>
  );
}

function Row({ name, flow = {}, queue, dlq, owner }: RowProps) {
  const oldest = queue?.oldestSeconds ?? 0;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number">{numberText(flow.count ?? 0)}</td>
      <td class="number">{flow.perSecond ? numberText(flow.perSecond) : ''}</td>
      <td class={`number ${flow.failed ? 'failed' : ''}`}>{flow.failed ? `✕ ${numberText(flow.failed)}` : '0'}</td>
      <td class="number">{queue && numberText(queue.waiting ?? 0)}</td>
      <td class="number">{oldest > 0 && spanText(oldest * 1000)}</td>
      <td class={`number ${dlq?.waiting ? 'failed' : ''}`}>
        {dlq &&
          (dlq.waiting ? <a href={addressOf('/dead-letters', { queue: owner })}>✕ {numberText(dlq.waiting)}</a> : '0')}
      </td>
    </tr>
  );
}
