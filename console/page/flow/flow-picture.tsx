import { useMemo } from 'preact/hooks';
import type { FlowPage, PartView } from '../../contract/flow.ts';
import { type Box, type Edge, layOut } from './flow-layout.ts';
import { eventCount, linesOf, titleOf, whereText } from './part-texts.ts';

/** Above these, motion would only be noise. */
const MOST_PER_SECOND = 50;
const MOST_EDGES = 30;

/** Room for the outlines of what stands at the border. */
const MARGIN = 4;

/** The picture; the table below it has the same numbers for those who do not see it. */
export function FlowPicture({ page }: { readonly page: FlowPage }) {
  const shape = JSON.stringify([page.pipes, page.subscribers]);
  const { width, height, boxes, edges } = useMemo(() => layOut(page), [shape]);
  const rates = edges.map(({ part = '' }) => page.parts[part]?.perSecond ?? 0);
  const isCalm = Math.max(0, ...rates) <= MOST_PER_SECOND && edges.length <= MOST_EDGES;
  const box = [-MARGIN, -MARGIN, width + 2 * MARGIN, height + 2 * MARGIN];
  return (
    <svg class="flow" viewBox={box.join(' ')} role="img" aria-label="The flow. The table below has the same numbers.">
      <defs>
        <marker id="arrow" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" orient="auto">
          <path d="M0 0L6 3L0 6z" />
        </marker>
      </defs>
      {edges.map((edge) => (
        <Way key={`${edge.from} ${edge.to}`} edge={edge} page={page} isCalm={isCalm} />
      ))}
      {boxes.map((each) => (
        <Part key={each.id} box={each} page={page} />
      ))}
    </svg>
  );
}

interface WayProps {
  readonly edge: Edge;
  readonly page: FlowPage;
  readonly isCalm: boolean;
}

function Way({ edge: { path, part = '', isFailure, to }, page, isCalm }: WayProps) {
  const isMoving = isCalm && (page.parts[part]?.perSecond ?? 0) > 0;
  const isUsed = !isFailure || (page.parts[to]?.waiting ?? 0) > 0;
  const classes = [
    'way',
    ...(isFailure ? ['failure'] : []),
    ...(isUsed ? [] : ['unused']),
    ...(isMoving ? ['moving'] : []),
  ];
  return <path class={classes.join(' ')} d={path} marker-end="url(#arrow)" />;
}

function Part({ box, page }: { readonly box: Box; readonly page: FlowPage }) {
  const { kind, x, y, width, height, part = '', subscriber, type } = box;
  const numbers = page.parts[part] ?? {};
  const lines = kind === 'event' ? [eventCount(page, type ?? '')] : linesOf(box, numbers);
  const state = stateOf(box, numbers);
  return (
    <g class={`part ${kind} ${state}`} transform={`translate(${x} ${y})`}>
      <rect width={width} height={height} rx={6} />
      {kind === 'rule' && (
        <text class="subscriber" x={0} y={-8}>
          {subscriber?.name}
          <tspan class="where">{whereText(subscriber?.where ?? '')}</tspan>
        </text>
      )}
      {kind === 'dlq' ? (
        <text x={10} y={17}>
          {state === 'failed' ? '✕ ' : ''}
          {lines[0]}
        </text>
      ) : (
        <>
          <text class="title" x={10} y={19}>
            {titleOf(box)}
          </text>
          {lines.slice(0, 2).map((line, index) => (
            <text key={line} x={10} y={34 + index * 14}>
              {line}
            </text>
          ))}
        </>
      )}
    </g>
  );
}

function stateOf({ kind, subscriber }: Box, { waiting = 0, failed = 0 }: PartView): 'failed' | 'waiting' | 'calm' {
  if (kind === 'dlq') return waiting > 0 ? 'failed' : 'calm';
  if (kind === 'rule' && subscriber?.ruleState !== 'ENABLED') return 'failed';
  if (failed > 0) return 'failed';
  return waiting > 0 ? 'waiting' : 'calm';
}
