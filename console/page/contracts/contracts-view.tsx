import type { ContractsPage, ContractView } from '../../contract/contracts.ts';
import { address, addressOf, adjust } from '../address.ts';
import { SameCommand, type Standing, StateMark } from '../parts.tsx';
import { AnswerProblem, AskedAt, ViewHeading } from '../states.tsx';
import { Table } from '../table.tsx';
import { useAnswer } from '../use-answer.ts';
import { ContractDetails } from './contract-details.tsx';

/** The event contracts: their versions, who publishes and takes each, samples, fields, and two versions compared. */
export function ContractsView() {
  const contracts = useAnswer<ContractsPage>('/api/contracts');
  const page = contracts.answer;
  const { query } = address.value;
  const chosen = page?.versions.find(({ name }) => name === query.get('name')) ?? page?.versions[0];
  return (
    <>
      <ViewHeading title="Contracts" />
      <AskedAt what="Read" at={page?.now} of={contracts} />
      <AnswerProblem of={contracts} lines={8} canAskAgain={false} />
      {page !== undefined && (
        <>
          <Versions versions={page.versions} chosen={chosen} />
          {chosen !== undefined && <ContractDetails key={chosen.name} contract={chosen} />}
          <SameCommand text={page.command}>Read from the files in schemas/ and the rules of the bus.</SameCommand>
        </>
      )}
    </>
  );
}

const STANDINGS: Readonly<Record<ContractView['state'], Standing>> = {
  released: 'done',
  changed: 'done',
  'not released': 'waiting',
  breaking: 'failed',
};

interface VersionsProps {
  readonly versions: readonly ContractView[];
  readonly chosen: ContractView | undefined;
}

function Versions({ versions, chosen }: VersionsProps) {
  return (
    <Table kind="contracts" columns={['Event', 'Version', 'State', 'Published by', 'Taken by']}>
      {versions.map((version) => (
        <tr key={version.name}>
          <th scope="row">
            <a
              href={addressOf('/contracts', { name: version.name })}
              data-step={version.name}
              aria-current={version === chosen ? 'true' : undefined}
              onClick={(event) => {
                event.preventDefault();
                adjust({ name: version.name, older: undefined, newer: undefined });
              }}
            >
              {version.type}
            </a>
          </th>
          <td>{version.version}</td>
          <td>
            <StateMark standing={STANDINGS[version.state]}>{version.stateText}</StateMark>
          </td>
          <td>{version.producer ?? `${version.source}, not in this stack`}</td>
          <td>
            <Subscribers contract={version} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Subscribers({ contract: { subscribers } }: { readonly contract: ContractView }) {
  if (subscribers.length === 0) return <span class="quiet">no rule of this bus</span>;
  return (
    <ul>
      {subscribers.map(({ who, isOwn, isEnabled, condition, skipsReplays }) => (
        <li key={who}>
          {who} {!isOwn && <span class="badge">other rule</span>}{' '}
          {!isEnabled && <span class="badge failed">✕ disabled</span>}
          {skipsReplays && <span class="badge">skips replays</span>}
          {condition !== '' && <div class="quiet">only where {condition}</div>}
        </li>
      ))}
    </ul>
  );
}
