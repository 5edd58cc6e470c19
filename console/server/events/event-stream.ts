import { streamOnStack } from '../../../operations/deployed/stack.ts';
import { type BusNews, followBus } from '../../../operations/live-events/index.ts';
import type { EventNews } from '../../contract/events.ts';
import type { StreamItem } from '../answers.ts';
import type { AskedStream } from '../route.ts';
import { tailOf } from './live-tail.ts';

/** A longer detail is cut. */
const MOST_CHARACTERS = 20_000;

/**
 * The events of the bus: the last ones, and those that come. On AWS, those that came while a job watched the bus. An item's id is its
 * place, from which a browser that connects again continues.
 */
export async function* followEventStream({ target, jobs, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  const after = typeof lastId === 'string' ? lastId : undefined;
  const news = streamOnStack(target, (on) =>
    'endpoint' in on.target ? followBus(on, { signal, after }) : tailOf(jobs).follow(after, signal),
  );
  for await (const { place, ...each } of news) yield { id: place, data: viewNews(each) };
}

function viewNews({ events, verdicts, isGap, isAnew }: Omit<BusNews, 'place'>): Omit<EventNews, 'now'> {
  return {
    events: events.map(({ detail, ...event }) => {
      const text = JSON.stringify(detail, null, 2) ?? '';
      const cut = `${text.slice(0, MOST_CHARACTERS)}… (${text.length} characters)`;
      return { ...event, detail: text.length > MOST_CHARACTERS ? cut : text };
    }),
    verdicts,
    isGap,
    isAnew,
  };
}
