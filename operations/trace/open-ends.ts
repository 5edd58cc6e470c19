import { type HopOf, hopsOf, type TracedRegistration, type TraceHop } from './hops.ts';

/** Something that a registration still waits for, or that will not happen any more. */
export interface OpenEnd {
  /** `waiting`: it continues by itself. The others need an operator. */
  readonly kind: 'waiting' | 'dead-letter' | 'lost' | 'dropped' | 'unmatched';
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  readonly text: string;
  /** A command that shows more, without the options that choose the pipeline. */
  readonly command?: string;
}

/** What a registration still lacks, by its hops; empty if it is complete. */
export function openEndsOf({ hops, correlationId }: TracedRegistration): OpenEnd[] {
  const isOfLogsAlone = hops.every(({ hop }) => hop === 'log' || hop === 'invocation');
  if (isOfLogsAlone) return failuresInLogs(hops);
  return [...openEndOfPipe(hops, correlationId), ...unmatchedEvents(hops), ...lanesOf(hops)];
}

/** Between the row and the bus. */
function openEndOfPipe(hops: readonly TraceHop[], correlationId: string | undefined): OpenEnd[] {
  // A removed row is to become an event only where it is a story of its own.
  const begun = hopsOf(hops, 'row').find(
    (row) => row.change === 'written' || (row.change === 'removed' && row.eventId === correlationId),
  );
  const change = begun?.change === 'removed' ? 'REMOVE' : 'INSERT';
  if (begun === undefined || hops.some(({ hop }) => hop === 'event')) return [];
  const last = hops.findLast((hop) => {
    const isOfPipe = hop.hop === 'put' || hop.hop === 'pipe-dlq' || (hop.hop === 'filter' && hop.change === change);
    return isOfPipe && (hop.isOfDeletions === true) === (change === 'REMOVE');
  });
  const since = last?.at ?? begun.at;
  switch (last?.hop) {
    case 'filter':
      return last.passed
        ? [{ kind: 'waiting', since, text: 'the pipe has not put its event on the bus yet' }]
        : [{ kind: 'dropped', since, text: "the pipe's filter dropped it, so there is no event" }];
    case 'put': {
      const { refusal } = last;
      if (refusal === undefined) return [{ kind: 'waiting', since, text: 'its event is on its way to the bus' }];
      const text = `the bus refused its event (${refusal.code}: ${refusal.message}); the pipe tries again`;
      return [{ kind: 'waiting', since, text }];
    }
    case 'pipe-dlq':
      return last.isLost
        ? [{ kind: 'lost', since, text: 'the pipe gave it up, and could not put it into its dead-letter queue' }]
        : [{ kind: 'dead-letter', since, text: "in the pipe's dead-letter queue", command: 'dlq show --pipe' }];
    default:
      return [{ kind: 'waiting', since, text: 'its stream record waits for the pipe', command: 'doctor' }];
  }
}

/** A replay goes to some rules only, so it is no problem if none of them matches. */
function unmatchedEvents(hops: readonly TraceHop[]): OpenEnd[] {
  const matching = hopsOf(hops, 'rule').filter(({ matched }) => matched);
  const matched = new Set(matching.map(({ busEventId }) => busEventId));
  return hopsOf(hops, 'event').flatMap((event): OpenEnd[] => {
    if (event.replay !== undefined) return [];
    const { at: since, detailType, busEventId } = event;
    if (event.isDropped) return [{ kind: 'lost', since, text: `${detailType} went to a bus that does not exist` }];
    if (matched.has(busEventId)) return [];
    return [{ kind: 'unmatched', since, text: `no rule matched ${detailType}`, command: 'doctor' }];
  });
}

/** How far an event is on its way to a subscriber. */
type LaneState = 'matched' | 'refused' | 'waiting' | 'taken' | 'failed' | 'handled' | 'dead' | 'deleted' | 'lost';

/** One event on its way to one subscriber. */
interface Lane {
  readonly subscriber: string;
  readonly detailType: string;
  state: LaneState;
  /** Why it was refused, or failed. */
  why: string | undefined;
  since: number;
}

/** A hop that is about one event at one subscriber. */
type LaneHop = HopOf<'rule' | 'delivery' | 'rule-dlq' | 'message' | 'dead-letter' | 'deleted'>;

/** What is left to do for each event at each subscriber. */
function lanesOf(hops: readonly TraceHop[]): OpenEnd[] {
  const lanes = new Lanes();
  for (const hop of hops) lanes.follow(hop);
  return lanes.openEnds;
}

class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #byMessage = new Map<string, Lane>();
  readonly #detailTypes = new Map<string, string>();
  readonly #batches = new Map<string, readonly string[]>();
  /** The functions' reasons for messages that they could not handle. */
  readonly #problems = new Map<string, string>();

  get openEnds(): OpenEnd[] {
    return [...this.#lanes.values()].flatMap((lane) => {
      const end = OPEN_ENDS[lane.state](lane);
      return end === undefined ? [] : [{ ...end, since: lane.since }];
    });
  }

  follow(hop: TraceHop): void {
    switch (hop.hop) {
      case 'event':
        this.#detailTypes.set(hop.busEventId, hop.detailType);
        break;
      case 'rule':
        if (hop.matched) this.#set(this.#laneOf(hop), 'matched', hop.at);
        break;
      case 'delivery':
        this.#followDelivery(hop);
        break;
      case 'rule-dlq':
        this.#set(this.#laneOf(hop), hop.isLost ? 'lost' : 'dead', hop.at);
        break;
      case 'message':
        this.#arrive(this.#laneOf(hop, hop.detailType), hop.messageId, hop.at, hop.isDlq ? 'dead' : 'waiting');
        break;
      case 'batch':
        this.#batches.set(hop.requestId, hop.messageIds);
        for (const id of hop.messageIds) this.#set(this.#byMessage.get(id), 'taken', hop.at);
        break;
      case 'log':
        if (hop.messageId !== undefined && hop.problem !== undefined) this.#problems.set(hop.messageId, hop.problem);
        break;
      case 'invocation':
        this.#followInvocation(hop);
        break;
      case 'dead-letter':
        this.#set(this.#laneOf(hop, hop.detailType), 'dead', hop.at);
        break;
      case 'deleted':
        this.#set(this.#laneOf(hop), 'deleted', hop.at);
        break;
    }
  }

  #followDelivery(hop: HopOf<'delivery'>): void {
    const lane = this.#laneOf(hop);
    const { at, messageId, refusal } = hop;
    if (refusal !== undefined) this.#set(lane, 'refused', at, `${refusal.code}: ${refusal.message}`);
    else if (messageId !== undefined) this.#arrive(lane, messageId, at, 'waiting');
    else if (lane.state === 'matched' || lane.state === 'refused') this.#set(lane, 'waiting', at);
  }

  #followInvocation({ requestId, failedIds, error, at }: HopOf<'invocation'>): void {
    for (const id of this.#batches.get(requestId) ?? []) {
      const why = error ?? this.#problems.get(id) ?? 'it reported the message as failed';
      this.#set(this.#byMessage.get(id), failedIds.includes(id) ? 'failed' : 'handled', at, why);
    }
  }

  #arrive(lane: Lane, messageId: string, at: number, state: 'waiting' | 'dead'): void {
    this.#byMessage.set(messageId, lane);
    this.#set(lane, state, at);
  }

  #set(lane: Lane | undefined, state: LaneState, since: number, why?: string): void {
    if (lane !== undefined) Object.assign(lane, { state, since, why });
  }

  /** @param ownType the type of the event in a message: the bus may not know the event */
  #laneOf({ subscriber, busEventId, replay, at }: LaneHop, ownType = 'its event'): Lane {
    const key = JSON.stringify([subscriber, busEventId, replay]);
    const detailType = this.#detailTypes.get(String(busEventId)) ?? ownType;
    const lane = this.#lanes.get(key) ?? { subscriber, detailType, state: 'matched', why: undefined, since: at };
    this.#lanes.set(key, lane);
    return lane;
  }
}

const OPEN_ENDS: Readonly<Record<LaneState, (lane: Lane) => Omit<OpenEnd, 'since'> | undefined>> = {
  handled: () => undefined,
  deleted: () => undefined,
  matched: ({ subscriber, detailType }) => ({
    kind: 'waiting',
    text: `${detailType} is on its way to the queue of ${subscriber}`,
  }),
  refused: ({ subscriber, detailType, why }) => ({
    kind: 'waiting',
    text: `the queue of ${subscriber} refused ${detailType} (${why}); the rule tries again`,
  }),
  waiting: ({ subscriber, detailType }) => ({
    kind: 'waiting',
    text: `${detailType} waits in the queue of ${subscriber}`,
    command: 'doctor',
  }),
  taken: ({ subscriber, detailType }) => ({
    kind: 'waiting',
    text: `the function of ${subscriber} works on ${detailType}`,
  }),
  failed: ({ subscriber, detailType, why }) => ({
    kind: 'waiting',
    text: `${subscriber} could not handle ${detailType} (${why}); its queue delivers it again`,
  }),
  dead: ({ subscriber, detailType }) => ({
    kind: 'dead-letter',
    text: `${detailType} is in the dead-letter queue of ${subscriber}`,
    command: `dlq show --subscriber ${subscriber}`,
  }),
  lost: ({ subscriber, detailType }) => ({
    kind: 'lost',
    text: `${detailType} is lost for ${subscriber}: its dead-letter queue refused it too`,
  }),
};

/**
 * Failures where only logs are known: events whose last log line is an error. Logs do not show whether such an event is retried
 * or is a dead letter by now.
 */
function failuresInLogs(hops: readonly TraceHop[]): OpenEnd[] {
  const last = new Map<string, HopOf<'log'>>();
  for (const log of hopsOf(hops, 'log')) last.set(JSON.stringify([log.subscriber, log.eventId]), log);
  return [...last.values()].flatMap(({ subscriber, problem, at: since }): OpenEnd[] => {
    if (problem === undefined) return [];
    const text = `${subscriber} could not handle an event (${problem}): its queue delivers it again, or it is a dead letter`;
    return [{ kind: 'waiting', since, text, command: `dlq show --subscriber ${subscriber}` }];
  });
}
