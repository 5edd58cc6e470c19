import { streamOnStack } from '../../../operations/deployed/stack.ts';
import { type BusNews, followBus } from '../../../operations/live-events/index.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import type { EventNews } from '../../contract/events.ts';
import type { StreamItem } from '../answers.ts';
import type { AskedStream } from '../route.ts';

/** A longer detail is cut. */
const MOST_CHARACTERS = 20_000;

/**
 * The events of the bus: the last ones, and those that come. An item's id is its place, from which a browser that connects again
 * continues.
 * @throws CommandFailure on AWS, where watching a bus needs a rule and a queue
 */
export async function* followEventStream({ target, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  const after = typeof lastId === 'string' ? lastId : undefined;
  const news = streamOnStack(target, (on) => {
    if ('endpoint' in on.target) return followBus(on, { signal, after });
    throw new CommandFailure(
      'AWS has no call to watch a bus. The command npx pipeline events --follow makes a temporary rule and queue for it, and removes them',
    );
  });
  for await (const { place, ...each } of news) yield { id: place, data: viewNews(each) };
}

function viewNews({ events, verdicts, isGap }: Omit<BusNews, 'place'>): Omit<EventNews, 'now'> {
  return {
    events: events.map(({ detail, ...event }) => {
      const text = JSON.stringify(detail, null, 2) ?? '';
      const cut = `${text.slice(0, MOST_CHARACTERS)}… (${text.length} characters)`;
      return { ...event, detail: text.length > MOST_CHARACTERS ? cut : text };
    }),
    verdicts,
    isGap,
  };
}
