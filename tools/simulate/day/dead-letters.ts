import type { Engine, JournalEntry } from '../../../packages/local-engine/index.ts';
import { MOST_RECEIVES } from '../../../services/shared/subscription.ts';
import { type BusEvent, type DeadLetter, type Dlq, isAt, type Outcome, placeOf } from '../promises/index.ts';
import { outputOf, type SubscriberQueues } from './stage.ts';

type Keys = Readonly<Record<string, { readonly S?: string }>>;

/** Events in the dead-letter queues of subscribers. */
export function deadLettersIn(queues: readonly SubscriberQueues[]): DeadLetter[] {
  return queues.flatMap(({ subscriber, dead }) =>
    [...dead.arrived()].flatMap((message) => {
      const { detail } = JSON.parse(message.body) as { readonly detail?: Omit<BusEvent, 'detailType'> };
      if (detail === undefined) return [];
      const { eventId, correlationId } = detail.metadata;
      const reason = reasonOf(message);
      const about = { userId: detail.data.userId, subscriber, queue: dead.name, eventId, correlationId };
      return [reason === undefined ? about : { ...about, reason }];
    }),
  );
}

type Message = ReturnType<SubscriberQueues['dead']['arrived']> extends Iterable<infer M> ? M : never;

/** EventBridge says it in attributes. SQS has received it as often as the queue allows. */
function reasonOf({ attributes, origin, receives }: Message): string | undefined {
  const code = attributes.ERROR_CODE?.StringValue;
  return code ?? (origin !== undefined && receives >= MOST_RECEIVES ? `received ${receives} times` : undefined);
}

/**
 * Records that the pipes gave up. Their dead letters have their places only: the journal knows whose they were. Of those that the
 * dead-letter queue refused too, only the journal knows.
 */
export function lostByPipes(engine: Engine, entries: readonly JournalEntry[]): Outcome['lostByPipe'] {
  const queue = engine.services.queues.at(outputOf(engine, 'PipeDlqUrl'));
  const stage = deletionPipeOf(engine);
  const lost = [...(queue?.arrived() ?? [])].map(({ body }) => placeOf(body, stage));
  const refused = new Set(
    entries.flatMap((entry) =>
      entry.hop === 'pipe-dlq' && entry.outcome === 'lost' ? (entry.eventIds as string[]) : [],
    ),
  );
  if (lost.length === 0 && refused.size === 0) return [];
  return entries.flatMap(({ hop, eventId, eventName, keys, sequenceNumber }) => {
    if (hop !== 'stream-record') return [];
    const isLost =
      refused.has(String(eventId)) || lost.some((place) => isAt(place, String(eventName), String(sequenceNumber)));
    return isLost ? [{ userId: (keys as Keys).userId?.S ?? '', eventId: String(eventId) }] : [];
  });
}

/** The name of the pipe of deleted rows, if the stage has one. */
export function deletionPipeOf({ stacks }: Engine): Pick<Outcome, 'deletionPipe'> {
  const output = stacks.flatMap(({ outputs }) => outputs).find(({ key }) => key === 'DeletionPipeName');
  return output === undefined ? {} : { deletionPipe: output.value };
}

/** Every dead-letter queue of the stage. */
export function dlqsOf(engine: Engine, queues: readonly SubscriberQueues[]): Dlq[] {
  const own = queues.map(({ subscriber, waiting, dead }) => ({
    owner: subscriber,
    url: dead.url,
    sourceUrl: waiting.url,
  }));
  return [{ owner: 'pipe', url: outputOf(engine, 'PipeDlqUrl') }, ...own];
}

/** Events that a rule could send neither to its queue nor to the dead-letter queue. */
export function lostByRules(
  entries: readonly JournalEntry[],
  queues: readonly SubscriberQueues[],
): Outcome['lostByRules'] {
  const lost = entries.filter((entry) => entry.hop === 'rule-dlq' && entry.lost);
  if (lost.length === 0) return [];
  const events = new Map(entries.filter(({ hop }) => hop === 'event').map((entry) => [entry.eventId, entry]));
  return lost.flatMap(({ eventId, rule }) => {
    const subscriber = queues.find(({ ruleName }) => ruleName === rule)?.subscriber;
    const event = events.get(eventId);
    if (subscriber === undefined || event === undefined) return [];
    const { metadata } = event.detail as BusEvent;
    return [{ subscriber, eventId: metadata.eventId, correlationId: metadata.correlationId }];
  });
}
