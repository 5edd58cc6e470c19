import { changesBetween, cutText } from '../../../operations/messages/changes.ts';
import type { Payloads } from '../../../operations/trace/index.ts';
import type { PayloadView } from '../../contract/user.ts';
import type { Given } from './growing-track.ts';

/** A payload for the page, with what differs from the one before it; undefined where its content is not known. */
export function payloadView(payloads: Payloads, { title, id, before }: Given): PayloadView | undefined {
  const payload = payloads.get(id);
  if (payload === undefined) return undefined;
  const earlier = payloads.get(before ?? '');
  return {
    title,
    text: cutText(JSON.stringify(payload, null, 2)),
    ...(earlier !== undefined && { changes: changesBetween(earlier, payload) }),
  };
}
