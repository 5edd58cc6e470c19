import type { HopOf, Payloads, TraceHop } from '../../../operations/trace/index.ts';
import type { Track } from '../../contract/user.ts';
import { GrowingTrack } from './growing-track.ts';
import { payloadView } from './payload-view.ts';

/** The lines of a registration's waterfall, in the order in which they begin. @param hops in their order */
export function tracksOf(hops: readonly TraceHop[], payloads: Payloads): Track[] {
  const waterfall = new Waterfall();
  for (const hop of hops) for (const track of waterfall.follow(hop)) track.add(hop);
  return waterfall.tracks.map((track) => {
    const payload = track.given && payloadView(payloads, track.given);
    return { ...track.view(), ...(payload && { payload }) };
  });
}

type Lane = HopOf<'rule' | 'delivery' | 'rule-dlq' | 'message' | 'dead-letter' | 'deleted'>;

class Waterfall {
  readonly #tracks = new Map<string, GrowingTrack>();
  readonly #byMessage = new Map<string, GrowingTrack>();
  readonly #batches = new Map<string, HopOf<'batch'>>();
  /** What a subscriber's function works on, or did last. */
  readonly #current = new Map<string, readonly GrowingTrack[]>();
  #row: { readonly track: GrowingTrack; readonly hop: HopOf<'row'> } | undefined;
  #event: { readonly track: GrowingTrack; readonly hop: HopOf<'event'> } | undefined;
  readonly #detailTypes = new Map<string, string>();

  get tracks(): GrowingTrack[] {
    return [...this.#tracks.values()];
  }

  /** Follows a hop. @returns the tracks that it belongs to */
  follow(hop: TraceHop): readonly GrowingTrack[] {
    switch (hop.hop) {
      case 'row':
        return [this.#addRow(hop)];
      case 'filter':
        return [this.#filter(hop)];
      case 'put':
        return [hop.refusal ? this.#pipe(hop).wait(hop.at, true) : this.#pipe(hop).end(hop.at, 'done')];
      case 'pipe-dlq':
        return [this.#pipe(hop).end(hop.at, 'failed')];
      case 'event':
        return [this.#addEvent(hop)];
      case 'archived':
        return this.#event ? [this.#event.track] : [];
      case 'rule':
        return hop.matched ? [this.#laneOf(hop).wait(hop.at)] : this.#eventOf(hop);
      case 'no-replay':
        return this.#eventOf(hop);
      case 'delivery':
        return [this.#deliver(hop)];
      case 'rule-dlq':
        return [this.#laneOf(hop).end(hop.at, 'failed')];
      case 'message':
        return [this.#arrive(hop)];
      case 'batch':
        return this.#take(hop);
      case 'log':
        return [this.#byMessage.get(hop.messageId ?? '') ?? this.#ofFunction(hop)];
      case 'api-call':
        return this.#current.get(hop.subscriber) ?? [];
      case 'invocation':
        return this.#end(hop);
      case 'dead-letter':
        return [this.#bury(hop)];
      case 'deleted':
        return [this.#laneOf(hop)];
      case 'mark':
        return this.#touched(hop);
    }
  }

  /** The tracks that a mark touches: those of what it is about, or all that are open. */
  #touched({ kind, at, requestId, busEventId, messageId }: HopOf<'mark'>): readonly GrowingTrack[] {
    if (requestId !== undefined) return this.#ofMessages(this.#batches.get(requestId)?.messageIds ?? []);
    if (messageId !== undefined) return this.#ofMessages([messageId]);
    if (busEventId !== undefined) return this.#eventOf({ busEventId });
    if (kind !== 'skip') return [this.#pipe({ at })];
    return this.tracks.filter(({ isOpen }) => isOpen);
  }

  #ofMessages(messageIds: readonly string[]): readonly GrowingTrack[] {
    return [...new Set(messageIds.flatMap((id) => this.#byMessage.get(id) ?? []))];
  }

  #addRow(hop: HopOf<'row'>): GrowingTrack {
    const before = this.#row?.hop.eventId;
    const given = { title: 'The stream record', id: hop.eventId, ...(before !== undefined && { before }) };
    const what = hop.change === 'URI written' ? 'has the URI' : `row ${hop.change}`;
    const track = this.#track(`row ${hop.eventId}`, { who: 'users table', what, given }).happen(hop.at);
    this.#row = { track, hop };
    return track;
  }

  /** The pipe passes new rows on; that it drops the others belongs to the change of the row. */
  #filter(hop: HopOf<'filter'>): GrowingTrack {
    if (hop.change !== 'INSERT' && this.#row !== undefined) return this.#row.track;
    const pipe = this.#pipe(hop);
    return hop.passed ? pipe.work(hop.at) : pipe.end(hop.at, 'stopped');
  }

  /** The pipe's track for the row that was written last; it waits from then on. */
  #pipe({ at, isOfDeletions }: { readonly at: number; readonly isOfDeletions?: true }): GrowingTrack {
    const id = `pipe ${this.#row?.hop.eventId ?? ''}`;
    const known = this.#tracks.get(id);
    const who = isOfDeletions ? 'pipe of deletions' : 'pipe';
    return known ?? this.#track(id, { who, what: 'puts the event' }).wait(this.#row?.hop.at ?? at);
  }

  #addEvent(hop: HopOf<'event'>): GrowingTrack {
    const before = this.#event?.hop.busEventId;
    const given = { title: 'The event', id: hop.busEventId, ...(before !== undefined && { before }) };
    const { detailType: what, replay } = hop;
    const track = this.#track(`event ${hop.busEventId}`, { who: 'bus', what, replay, given });
    this.#event = { track: track.happen(hop.at, hop.isDropped ? 'failed' : 'done'), hop };
    this.#detailTypes.set(hop.busEventId, hop.detailType);
    return track;
  }

  #eventOf({ busEventId }: { readonly busEventId: string }): readonly GrowingTrack[] {
    const track = this.#tracks.get(`event ${busEventId}`);
    return track === undefined ? [] : [track];
  }

  #deliver(hop: HopOf<'delivery'>): GrowingTrack {
    const lane = this.#laneOf(hop);
    if (hop.refusal !== undefined) return lane.wait(hop.at, true);
    if (hop.messageId !== undefined) this.#give(lane, hop.messageId, hop.busEventId);
    return lane.wait(hop.at);
  }

  #arrive(hop: HopOf<'message'>): GrowingTrack {
    const lane = this.#laneOf(hop);
    this.#give(lane, hop.messageId, hop.busEventId);
    return hop.isDlq ? lane.end(hop.at, 'failed') : lane.wait(hop.at);
  }

  #give(lane: GrowingTrack, messageId: string, before: string | undefined): void {
    this.#byMessage.set(messageId, lane);
    lane.given = { title: 'The message', id: messageId, ...(before !== undefined && { before }) };
  }

  #take(hop: HopOf<'batch'>): readonly GrowingTrack[] {
    const taken = this.#ofMessages(hop.messageIds);
    for (const track of taken) track.work(hop.at);
    this.#batches.set(hop.requestId, hop);
    this.#current.set(hop.subscriber, taken);
    return taken;
  }

  #end(hop: HopOf<'invocation'>): readonly GrowingTrack[] {
    const batch = this.#batches.get(hop.requestId);
    if (batch === undefined) return this.#endOfLogs(hop);
    const taken = new Map(
      batch.messageIds.flatMap((id) => {
        const track = this.#byMessage.get(id);
        return track === undefined ? [] : [[track, hop.failedIds.includes(id)]];
      }),
    );
    for (const [track, isFailed] of taken) {
      if (isFailed) track.wait(hop.at, true);
      else track.end(hop.at, 'done');
    }
    return [...taken.keys()];
  }

  /** Where only logs are known, an invocation says how long it took. */
  #endOfLogs(hop: HopOf<'invocation'>): readonly GrowingTrack[] {
    const logged = this.#current.get(hop.subscriber) ?? [this.#track(`function ${hop.requestId}`, ofFunction(hop))];
    for (const track of logged) track.worked(hop.at - hop.durationMs, hop.at, hop.outcome !== 'handled');
    return logged;
  }

  #ofFunction(hop: HopOf<'log'>): GrowingTrack {
    const current = this.#current.get(hop.subscriber)?.[0];
    if (current !== undefined && hop.eventId === undefined) return current;
    const track = this.#track(`function ${hop.subscriber} ${hop.eventId ?? ''}`, ofFunction(hop));
    this.#current.set(hop.subscriber, [track]);
    return track.happen(hop.at, hop.problem === undefined ? 'done' : 'failed');
  }

  /** Its message may have come before the time that is looked at. */
  #bury(hop: HopOf<'dead-letter'>): GrowingTrack {
    const lane = this.#laneOf(hop);
    this.#give(lane, hop.messageId, hop.busEventId);
    return lane.end(hop.at, 'failed');
  }

  #laneOf(hop: Lane): GrowingTrack {
    const { subscriber: who, busEventId, replay } = hop;
    const ownType = 'detailType' in hop ? hop.detailType : undefined;
    const detailType = this.#detailTypes.get(busEventId ?? '') ?? ownType ?? 'an event';
    return this.#track(JSON.stringify([who, busEventId, replay]), { who, what: `handles ${detailType}`, replay });
  }

  /** The track with that id, which is made if there is none. */
  #track(id: string, props: Omit<GrowingTrack['props'], 'id'>): GrowingTrack {
    const track = this.#tracks.get(id) ?? new GrowingTrack({ id, ...props });
    this.#tracks.set(id, track);
    return track;
  }
}

function ofFunction({ subscriber, replay }: HopOf<'log' | 'invocation'>): Omit<GrowingTrack['props'], 'id'> {
  return { who: subscriber, what: 'by its log', replay };
}
