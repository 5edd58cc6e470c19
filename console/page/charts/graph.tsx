import { useSignal } from '@preact/signals';
import type { GraphView } from '../../contract/health.ts';
import { Time } from '../parts.tsx';
import { Table } from '../table.tsx';
import { numberText } from '../texts.ts';
import { alignPoints } from './align-points.ts';
import { LineChart } from './line-chart.tsx';
import { LIMIT_STYLE, lineStyle, Swatch } from './line-style.tsx';

interface GraphProps {
  readonly graph: GraphView;
  readonly from: number;
  readonly to: number;
}

/** A graph of the dashboard: the chart, the numbers as the command has them, and all values as a table. */
export function Graph({ graph, from, to }: GraphProps) {
  const { title, unit, lines, limits } = graph;
  return (
    <section class="card graph" aria-label={title}>
      <h3>
        {title}
        {unit !== '' && <span class="quiet">, {unit}</span>}
      </h3>
      <LineChart graph={graph} from={from} to={to} />
      <Table
        caption={`${title} in this time`}
        columns={[
          { name: 'Line', isHidden: true },
          { name: lines.every(({ isSum }) => isSum) ? 'In all' : 'At most', isNumber: true },
          { name: 'Latest', isNumber: true },
        ]}
      >
        {lines.map(({ label, whole, latest }, index) => (
          <tr key={label}>
            <th scope="row">
              <Swatch {...lineStyle(index)} /> {label}
            </th>
            <td class="number">{valueText(whole)}</td>
            <td class="number">{valueText(latest)}</td>
          </tr>
        ))}
      </Table>
      {limits.map(({ text }) => (
        <p key={text} class="quiet">
          <Swatch {...LIMIT_STYLE} /> {text}
        </p>
      ))}
      <Values graph={graph} from={from} to={to} />
    </section>
  );
}

const NO_VALUE = '–';

function valueText(value: number | null): string {
  return value === null ? NO_VALUE : numberText(Math.round(value * 10) / 10);
}

/** The values of each period as a table. A period without any is left out. */
function Values({ graph, from, to }: GraphProps) {
  const isOpen = useSignal(false);
  return (
    <details
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>
        Values by time<span class="hidden"> of {graph.title}</span>
      </summary>
      {isOpen.value && <ValueTable graph={graph} from={from} to={to} />}
    </details>
  );
}

function ValueTable({ graph: { title, lines, periodMs }, from, to }: GraphProps) {
  const { times, values } = alignPoints(lines, { from, to, periodMs });
  const rows = times
    .map((time, index) => ({ at: time * 1000, row: values.map((line) => line[index] ?? null) }))
    .filter(({ row }) => row.some((value) => value !== null))
    .reverse();
  if (rows.length === 0) return <p class="quiet">There is no value in this time.</p>;
  return (
    <Table
      caption={`${title} by time`}
      columns={['From', ...lines.map(({ label }) => ({ name: label, isNumber: true }))]}
    >
      {rows.map(({ at, row }) => (
        <tr key={at}>
          <th scope="row">
            <Time at={at} />
          </th>
          {row.map((value, index) => (
            <td key={lines[index]?.label} class="number">
              {valueText(value)}
            </td>
          ))}
        </tr>
      ))}
    </Table>
  );
}
