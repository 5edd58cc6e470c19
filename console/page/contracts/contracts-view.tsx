import { useEffect } from 'preact/hooks';
import type { ContractView } from '../../contract/contracts.ts';
import { address, addressOf, adjust } from '../address.ts';
import { Command, Problem, Skeleton, Time } from '../parts.tsx';
import { ContractDetails } from './contract-details.tsx';
import { useContracts } from './use-contracts.ts';

/** The event contracts: their versions, who publishes and takes each, samples, fields, and two versions compared. */
export function ContractsView() {
  useEffect(() => {
    document.title = 'Contracts · Console';
  }, []);
  const { page, problem, readAgain } = useContracts();
  const { query } = address.value;
  const chosen = page?.versions.find(({ name }) => name === query.get('name')) ?? page?.versions[0];
  return (
    <>
      <div class="heading">
        <h1>Contracts</h1>
        <button type="button" class="small" onClick={readAgain}>
          Read again
        </button>
      </div>
      {problem !== undefined && <Problem text={problem} />}
      {page === undefined && problem === undefined && <Skeleton lines={8} />}
      {page !== undefined && (
        <>
          <Versions versions={page.versions} chosen={chosen} />
          {chosen !== undefined && <ContractDetails key={chosen.name} contract={chosen} />}
          <p class="source">
            Read at <Time at={page.now} /> from the files in schemas/ and the rules of the bus. The same as{' '}
            <Command text={page.command} />
          </p>
        </>
      )}
    </>
  );
}

const MARKS = { released: '✓', changed: '✓', 'not released': '…', breaking: '✕' } as const;

interface VersionsProps {
  readonly versions: readonly ContractView[];
  readonly chosen: ContractView | undefined;
}

function Versions({ versions, chosen }: VersionsProps) {
  return (
    <table class="list contracts">
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">Version</th>
          <th scope="col">State</th>
          <th scope="col">Published by</th>
          <th scope="col">Taken by</th>
        </tr>
      </thead>
      <tbody>
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
            <td class={`state ${version.state === 'breaking' ? 'field-problem' : ''}`}>
              {MARKS[version.state]} {version.stateText}
            </td>
            <td>{version.producer ?? `${version.source}, not in this stack`}</td>
            <td>
              <Subscribers contract={version} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
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
