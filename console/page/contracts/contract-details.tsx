import type { ContractField, ContractSampleView, ContractView } from '../../contract/contracts.ts';
import { addressOf } from '../address.ts';
import { Payload } from '../parts.tsx';
import { Table } from '../table.tsx';
import { CompareVersions, WithCode } from './compare-versions.tsx';

/** One version: what it says, its fields, its samples, and how it differs from another one. */
export function ContractDetails({ contract }: { readonly contract: ContractView }) {
  const { name, type, version, source, description, published, fields, samples } = contract;
  return (
    <section class="contract" aria-labelledby="contract-title">
      <div class="heading">
        <h2 id="contract-title">
          {type}, version {version}
        </h2>
        <span class="id">{name}</span>
        <a href={addressOf('/events', { send: 'new', sample: name })}>Send one</a>
        <a href={addressOf('/events', { type })}>Those that come</a>
      </div>
      <p>{description}</p>
      <p class="quiet">
        Published by {source}. {published}
      </p>
      <Fields fields={fields} />
      <CompareVersions contract={contract} />
      <h3>Samples</h3>
      {samples.map((sample) => (
        <Sample key={sample.name} sample={sample} />
      ))}
    </section>
  );
}

function Fields({ fields }: { readonly fields: readonly ContractField[] }) {
  return (
    <Table
      caption="Fields of the detail"
      isCaptionHidden={false}
      columns={['Field', 'Type', 'Always there', 'Limits', 'Meaning']}
    >
      {fields.map(({ path, type, limits, required, meaning }) => (
        <tr key={path}>
          <th scope="row" class="id">
            {path}
          </th>
          <td>{type}</td>
          <td>{required ? 'yes' : 'no'}</td>
          <td class="limits">
            <WithCode text={limits} />
          </td>
          <td class="wide">{meaning}</td>
        </tr>
      ))}
    </Table>
  );
}

function Sample({ sample: { name, special, event } }: { readonly sample: ContractSampleView }) {
  const text = JSON.stringify(event, null, 2);
  return (
    <details class="code">
      <summary>{special === '' ? 'The plain sample' : special}</summary>
      <Payload title={<span class="id">{name}</span>} text={text} what={`sample ${name}`}>
        <p>
          <a href={addressOf('/events', { send: 'new', sample: name })}>Send one like it</a>
        </p>
      </Payload>
    </details>
  );
}
