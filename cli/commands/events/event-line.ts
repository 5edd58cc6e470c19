import type { Envelope } from '../../../operations/events/session.ts';
import { displayId, padToWidth } from '../../../operations/messages/display.ts';

const TYPE_COLUMNS = 14;
const USER_COLUMNS = 24;
const SOURCE_COLUMNS = 14;

/** One line of a terminal: time, type, user, source, event id and replay. */
export function eventLine(event: Envelope): string {
  const { time, 'detail-type': type, source, detail, 'replay-name': replay } = event;
  const userId = text(detail.data?.userId);
  const eventId = text(detail.metadata?.eventId) || event.id;
  const cells = [
    displayId(time),
    padToWidth(displayId(type), TYPE_COLUMNS),
    padToWidth(displayId(userId), USER_COLUMNS),
    padToWidth(displayId(source), SOURCE_COLUMNS),
    displayId(eventId, 64),
    ...(replay === undefined ? [] : [`replay ${displayId(replay, 64)}`]),
  ];
  return `${cells.join('  ')}\n`;
}

/** An event of somebody else may hold anything. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
