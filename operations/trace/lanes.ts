import type { DeliveryHop, Hop, InvocationHop } from './hops.ts';
import type { OpenEnd } from './open-ends.ts';

type State =
  | { readonly kind: 'matched' | 'waiting' | 'taken' | 'handled' | 'dead' | 'lost' }
  | { readonly kind: 'refused' | 'failed'; readonly why: string };

/** One event on its way to one subscriber. */
interface Lane {
  readonly subscriber: string;
  readonly detailType: string;
  state: State;
  since: number;
}

/** The part of a hop that tells its lane. */
interface LaneHop {
  readonly subscriber: string;
  readonly busEventId?: string;
  readonly replay?: string;
  readonly at: number;
}

/** What is not done of each event on its way to each subscriber. */
export function lanesOf(hops: readonly Hop[]): OpenEnd[] {
  const lanes = new Lanes();
  for (const hop of hops) lanes.follow(hop);
  return lanes.openEnds;
}

class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #byMessage = new Map<string, Lane>();
  readonly #detailTypes = new Map<string, string>();
  readonly #batches = new Map<string, readonly string[]>();
  /** What functions said of messages that they could not handle. */
  readonly #problems = new Map<string, string>();

  get openEnds(): OpenEnd[] {
    return [...this.#lanes.values()].flatMap((lane) => openEndOf(lane));
  }

  follow(hop: Hop): void {
    switch (hop.hop) {
      case 'event':
        this.#detailTypes.set(hop.busEventId, hop.detailType);
        break;
      case 'rule':
        if (hop.matched) this.#set(this.#laneOf(hop), { kind: 'matched' }, hop.at);
        break;
      case 'delivery':
        this.#followDelivery(hop);
        break;
      case 'rule-dlq':
        this.#set(this.#laneOf(hop), { kind: hop.isLost ? 'lost' : 'dead' }, hop.at);
        break;
      case 'message':
        this.#arrive(this.#laneOf(hop), hop.messageId, hop.at, hop.isDlq ? 'dead' : 'waiting');
        break;
      case 'batch':
        this.#batches.set(hop.requestId, hop.messageIds);
        for (const id of hop.messageIds) this.#set(this.#byMessage.get(id), { kind: 'taken' }, hop.at);
        break;
      case 'log':
        if (hop.messageId !== undefined && hop.problem !== undefined) this.#problems.set(hop.messageId, hop.problem);
        break;
      case 'invocation':
        this.#followInvocation(hop);
        break;
      case 'dead-letter':
        this.#set(this.#byMessage.get(hop.messageId), { kind: 'dead' }, hop.at);
        break;
    }
  }

  #followDelivery(hop: DeliveryHop): void {
    const lane = this.#laneOf(hop);
    if (hop.refusal !== undefined) {
      this.#set(lane, { kind: 'refused', why: `${hop.refusal.code}: ${hop.refusal.message}` }, hop.at);
    } else if (hop.messageId !== undefined) {
      this.#arrive(lane, hop.messageId, hop.at, 'waiting');
    } else if (lane.state.kind === 'matched' || lane.state.kind === 'refused') {
      this.#set(lane, { kind: 'waiting' }, hop.at);
    }
  }

  #followInvocation({ requestId, failedIds, error, at }: InvocationHop): void {
    for (const id of this.#batches.get(requestId) ?? []) {
      const why = error ?? this.#problems.get(id) ?? 'it reported the item as failed';
      this.#set(this.#byMessage.get(id), failedIds.includes(id) ? { kind: 'failed', why } : { kind: 'handled' }, at);
    }
  }

  #arrive(lane: Lane, messageId: string, at: number, kind: 'waiting' | 'dead'): void {
    this.#byMessage.set(messageId, lane);
    this.#set(lane, { kind }, at);
  }

  #set(lane: Lane | undefined, state: State, since: number): void {
    if (lane !== undefined) Object.assign(lane, { state, since });
  }

  #laneOf({ subscriber, busEventId = '', replay = '', at }: LaneHop): Lane {
    const key = JSON.stringify([subscriber, busEventId, replay]);
    const detailType = this.#detailTypes.get(busEventId) ?? 'its event';
    const lane = this.#lanes.get(key) ?? { subscriber, detailType, state: { kind: 'matched' }, since: at };
    this.#lanes.set(key, lane);
    return lane;
  }
}

function openEndOf({ subscriber, detailType, state, since }: Lane): OpenEnd[] {
  const waiting = (text: string, command?: string): OpenEnd[] => [
    { kind: 'waiting', since, text, ...(command !== undefined && { command }) },
  ];
  switch (state.kind) {
    case 'handled':
      return [];
    case 'matched':
      return waiting(`${detailType} is on its way to the queue of ${subscriber}`);
    case 'refused':
      return waiting(`the queue of ${subscriber} refused ${detailType} (${state.why}); the rule tries again`);
    case 'waiting':
      return waiting(`${detailType} waits in the queue of ${subscriber}`, 'doctor');
    case 'taken':
      return waiting(`${detailType} is with the function of ${subscriber}`);
    case 'failed':
      return waiting(`${subscriber} could not handle ${detailType} (${state.why}); its queue delivers it again`);
    case 'dead':
      return [{ kind: 'dead-letter', since, ...deadLetterOf(subscriber, detailType) }];
    case 'lost':
      return [
        { kind: 'lost', since, text: `${detailType} is lost to ${subscriber}: its dead-letter queue refused it too` },
      ];
  }
}

function deadLetterOf(subscriber: string, detailType: string): { text: string; command: string } {
  const text = `${detailType} is in the dead-letter queue of ${subscriber}`;
  return { text, command: `dlq show --subscriber ${subscriber}` };
}
