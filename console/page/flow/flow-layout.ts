import type { FlowPage, FlowSubscriberView } from '../../contract/flow.ts';

/** A part of the picture, with its place in pixels. */
export interface Box {
  readonly id: string;
  readonly kind: 'table' | 'pipe' | 'event' | 'rule' | 'queue' | 'function' | 'dlq' | 'effects';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The part whose numbers it shows, as the server names it. */
  readonly part?: string;
  readonly subscriber?: FlowSubscriberView;
  /** The type of an event. */
  readonly type?: string;
  /** How many pipes read the table. */
  readonly pipes?: number;
}

/** The way from a part to another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** The path of an SVG. */
  readonly path: string;
  /** The part whose rate moves along it. */
  readonly part?: string;
  readonly isFailure: boolean;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

const COLUMNS = {
  event: { x: 0, width: 160 },
  rule: { x: 210, width: 140 },
  queue: { x: 390, width: 160 },
  function: { x: 590, width: 180 },
  effects: { x: 810, width: 220 },
} as const;

const BOX = 54;
const DLQ = 26;
/** A lane: the subscriber's name, its boxes, and the dead-letter queue below. */
const LANE = { name: 22, gap: 8, space: 20 } as const;
const LANE_HEIGHT = LANE.name + BOX + LANE.gap + DLQ + LANE.space;
const GROUP_SPACE = 26;

/** Places the parts: the way to the bus on top, then a group for each event, with a lane for each of its subscribers. */
export function layOut({ pipes, subscribers }: Pick<FlowPage, 'pipes' | 'subscribers'>): Layout {
  const pipesHeight = pipes.length * (BOX + LANE.space) - LANE.space;
  const boxes: Box[] = [
    { id: 'table', kind: 'table', ...COLUMNS.event, y: 0, height: BOX, pipes: pipes.length },
    ...pipes.map((type, index): Box => {
      const id = `pipe ${type}`;
      return { id, kind: 'pipe', ...COLUMNS.rule, y: index * (BOX + LANE.space), height: BOX, part: id };
    }),
    { id: 'pipe dlq', kind: 'dlq', ...COLUMNS.queue, y: (pipesHeight - DLQ) / 2, height: DLQ, part: 'pipe dlq' },
  ];
  let y = pipesHeight + GROUP_SPACE * 2;
  for (const type of typesInOrder(pipes, subscribers)) {
    const lanes = subscribers.filter((subscriber) => firstOf(subscriber) === type);
    boxes.push({ id: `event ${type}`, kind: 'event', ...COLUMNS.event, y: y + LANE.name, height: BOX, type });
    for (const subscriber of lanes) {
      boxes.push(...laneOf(subscriber, y + LANE.name));
      y += LANE_HEIGHT;
    }
    y += (lanes.length === 0 ? LANE.name + BOX : 0) + GROUP_SPACE;
  }
  const width = COLUMNS.effects.x + COLUMNS.effects.width + BESIDE + 1;
  return { width, height: y - GROUP_SPACE, boxes, edges: edgesOf(boxes, pipes) };
}

/** Events in the order in which they follow from each other, beginning with those of the pipe. */
function typesInOrder(first: readonly string[], subscribers: readonly FlowSubscriberView[]): string[] {
  const order = [...first];
  for (const type of order) {
    const takers = subscribers.filter(({ takes }) => takes.includes(type));
    for (const next of takers.flatMap(({ publishes }) => publishes)) if (!order.includes(next)) order.push(next);
  }
  for (const subscriber of subscribers) if (!order.includes(firstOf(subscriber))) order.push(firstOf(subscriber));
  return order;
}

/** The event in whose group a subscriber is shown. */
function firstOf({ takes }: FlowSubscriberView): string {
  return takes[0] ?? 'other events';
}

function laneOf(subscriber: FlowSubscriberView, y: number): Box[] {
  const { name, publishes, effects } = subscriber;
  const box = (kind: 'rule' | 'queue' | 'function'): Box => {
    const id = `${kind} ${name}`;
    return { id, kind, ...COLUMNS[kind], y, height: BOX, part: id, subscriber };
  };
  const dlq = { ...COLUMNS.queue, y: y + BOX + LANE.gap, height: DLQ };
  const isQuiet = publishes.length + effects.length === 0;
  return [
    box('rule'),
    box('queue'),
    { id: `dlq ${name}`, kind: 'dlq', ...dlq, part: `dlq ${name}`, subscriber },
    box('function'),
    ...(isQuiet
      ? []
      : [{ id: `effects ${name}`, kind: 'effects' as const, ...COLUMNS.effects, y, height: BOX, subscriber }]),
  ];
}

function edgesOf(boxes: readonly Box[], pipes: readonly string[]): Edge[] {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const edges: Edge[] = [];
  const connect = (from: string, to: string, path: (a: Box, b: Box) => string, more: Partial<Edge> = {}) => {
    const [a, b] = [byId.get(from), byId.get(to)];
    if (a !== undefined && b !== undefined) edges.push({ from, to, path: path(a, b), isFailure: false, ...more });
  };
  for (const [index, type] of pipes.entries()) {
    const id = `pipe ${type}`;
    connect('table', id, across, { part: id });
    connect(id, 'pipe dlq', across, { isFailure: true });
    // Below a pipe of several are others, or the lanes of another event.
    connect(id, `event ${type}`, pipes.length === 1 ? downAndLeft : leftAndDown(index), { part: id });
  }
  for (const { kind, subscriber } of boxes) {
    if (kind !== 'rule' || subscriber === undefined) continue;
    const { name, publishes } = subscriber;
    connect(`event ${firstOf(subscriber)}`, `rule ${name}`, across, { part: `rule ${name}` });
    connect(`rule ${name}`, `queue ${name}`, across, { part: `rule ${name}` });
    connect(`queue ${name}`, `dlq ${name}`, down, { isFailure: true });
    connect(`queue ${name}`, `function ${name}`, across, { part: `function ${name}` });
    connect(`function ${name}`, `effects ${name}`, across, { part: `function ${name}` });
    for (const type of publishes) {
      connect(`effects ${name}`, `event ${type}`, downOrBeside(boxes), { part: `function ${name}` });
    }
  }
  return edges;
}

/** From a box's right side to another's left side. */
function across(a: Box, b: Box): string {
  const [x, y, toX, toY] = [a.x + a.width, a.y + a.height / 2, b.x, b.y + b.height / 2];
  if (y === toY) return `M${x} ${y}H${toX}`;
  const middle = x + (toX - x) / 2;
  return `M${x} ${y}H${middle}V${toY}H${toX}`;
}

function down(a: Box, b: Box): string {
  return `M${a.x + a.width / 2} ${a.y + a.height}V${b.y}`;
}

/** Where a way leaves a box on its left, below the way that comes in. Each has a place of its own beside the boxes. */
const LEFT = { gap: 9, apart: 7, below: 14 } as const;

/** From the left of a box, past those below it, to the other's top. @param index of the box among those above each other */
function leftAndDown(index: number): (a: Box, b: Box) => string {
  return (a, b) => {
    const above = b.y - LANE.name - GROUP_SPACE / 2;
    const y = a.y + a.height / 2 + LEFT.below;
    return `M${a.x} ${y}H${a.x - LEFT.gap - index * LEFT.apart}V${above}H${b.x + b.width / 2}V${b.y}`;
  };
}

/** From below a box, through the space above the other's group, to the other's top. */
function downAndLeft(a: Box, b: Box): string {
  const above = b.y - LANE.name - GROUP_SPACE / 2;
  return `M${a.x + a.width / 2} ${a.y + a.height}V${above}H${b.x + b.width / 2}V${b.y}`;
}

/** How far to the right of its column a way passes the boxes below. */
const BESIDE = 12;

/** As `downAndLeft`, but beside the boxes that are below it in its column. */
function downOrBeside(boxes: readonly Box[]): (a: Box, b: Box) => string {
  return (a, b) => {
    const above = b.y - LANE.name - GROUP_SPACE / 2;
    if (!boxes.some((box) => box.x === a.x && box.y > a.y && box.y < above)) return downAndLeft(a, b);
    const [x, y] = [a.x + a.width / 2, a.y + a.height];
    return `M${x} ${y}V${y + LANE.gap}H${a.x + a.width + BESIDE}V${above}H${b.x + b.width / 2}V${b.y}`;
  };
}
