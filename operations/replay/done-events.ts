import pMap from 'p-map';
import { bucketName } from '../../services/bucket-service/bucket-name.ts';
import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';
import { batchesOf } from '../aws/aws-clients.ts';
import type { OnStack } from '../deployed/stack.ts';
import { bucketNaming, isTagged } from '../deployed/user-bucket.ts';
import { BATCH_SIZE, usersTable } from '../deployed/users-table.ts';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';

/** An archived event, as a subscriber's queue gets it. */
export interface ChosenEvent {
  /** Its own time, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** The message: what the rule would have sent, with the name of the replay. */
  readonly body: string;
}

/** What an event is about. */
interface About {
  readonly userId: string;
  /** Whole seconds since the Unix epoch. */
  readonly registeredAt: number;
}

/** How it is known that a subscriber has done its work for an event. */
interface KnownEffect {
  /** In words, to follow "because". */
  readonly by: string;
  /** @param uri in the user's row. @default - there is no such row, or it has none */
  isThere(on: OnStack, about: About, uri: string | undefined): Promise<boolean>;
}

/** The effects of this project's own subscribers; whether that of another one is there, cannot be known. */
const EFFECTS: ReadonlyMap<string, KnownEffect> = new Map(
  Object.entries({
    // It writes only into a row that has no URI.
    'uri-recorder': { by: "the user's row has a URI", isThere: async (_on, _about, uri) => uri !== undefined },
    // Its second effect is the event that leads to the URI: a bucket alone says nothing about that.
    'bucket-service': {
      by: "the user's bucket exists, and the row has its URI",
      isThere: async (on, { userId, registeredAt }, uri) => {
        const name = bucketName({ userId, registeredAt }, bucketNaming(on.stack));
        if (uri !== `s3://${name}`) return false;
        // With it comes much that few commands need.
        const { lookAtBucket } = await import('../reconcile/index.ts');
        const look = await lookAtBucket(on, name);
        return look.kind === 'there' && isTagged(look.tags) && look.tags.owner === userIdTag(userId);
      },
    },
  } satisfies Record<string, KnownEffect>),
);

/** How it is known whether a subscriber's effect is there, in words; undefined if it cannot be known. */
export function effectKnownBy(subscriber: string): string | undefined {
  return EFFECTS.get(subscriber)?.by;
}

const LOOKS_AT_ONCE = 10;

interface LookOptions {
  /** Ends it early; what it returns is not whole then. */
  readonly signal: AbortSignal;
  /** Called with how many events were looked at. */
  readonly onLook: (events: number) => void;
}

/** The events whose effect is not there, or not known to be, in their order. */
export async function withoutDone(
  on: OnStack,
  subscriber: string,
  events: readonly ChosenEvent[],
  { signal, onLook }: LookOptions,
): Promise<ChosenEvent[]> {
  const effect = EFFECTS.get(subscriber);
  if (effect === undefined) return [...events];
  const left: ChosenEvent[] = [];
  let looked = 0;
  for (const batch of batchesOf(events, BATCH_SIZE)) {
    if (signal.aborted) break;
    const abouts = batch.map(aboutOf);
    const uris = await usersTable(on).readUris([...new Set(abouts.flatMap((about) => about?.userId ?? []))]);
    const isDone = async (about: About | undefined) =>
      about !== undefined && (await effect.isThere(on, about, uris.get(about.userId)));
    const dones = await pMap(abouts, isDone, { concurrency: LOOKS_AT_ONCE });
    left.push(...batch.filter((_, index) => !dones[index]));
    looked += batch.length;
    onLook(looked);
  }
  return left;
}

/** @returns undefined for an event that is about no user */
function aboutOf({ body }: ChosenEvent): About | undefined {
  const { userId, registeredAt } = fieldsOf(fieldsOf(parseObject(body)?.detail).data);
  return typeof userId === 'string' && userId !== '' ? { userId, registeredAt: Number(registeredAt) } : undefined;
}
