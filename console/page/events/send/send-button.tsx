import { useSignal } from '@preact/signals';
import type { SentEvent } from '../../../contract/events.ts';
import { userAddress } from '../../address.ts';
import { Problem } from '../../parts.tsx';
import { change, type RequestFailed } from '../../server.ts';
import { count } from '../../texts.ts';

interface SendButtonProps {
  /** As JSON; undefined as long as it is not valid. */
  readonly event: string | undefined;
  /** How many rules would get it. */
  readonly receivers: number;
}

/** Sends an event, and leads to what happens to its user. */
export function SendButton({ event, receivers }: SendButtonProps) {
  const isBusy = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const sent = useSignal<SentEvent | undefined>(undefined);
  const send = async () => {
    if (event === undefined || isBusy.value) return;
    isBusy.value = true;
    problem.value = undefined;
    try {
      sent.value = await change<SentEvent>('/api/events/send', { event: JSON.parse(event) });
    } catch (error) {
      problem.value = (error as RequestFailed).message;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <div class="sending">
      <button type="button" class="primary" disabled={event === undefined || isBusy.value} onClick={send}>
        {isBusy.value ? 'Sending …' : `Send it to ${count(receivers, 'rule')}`}
      </button>
      {problem.value !== undefined && <Problem text={problem.value} />}
      <div role="status">{sent.value !== undefined && <Sent sent={sent.value} />}</div>
    </div>
  );
}

function Sent({ sent: { type, eventId, userId } }: { readonly sent: SentEvent }) {
  return (
    <p class="notice">
      Sent {type} with the event id <span class="id">{eventId}</span>.{' '}
      {userId !== undefined && userId !== '' && <a href={userAddress(userId)}>What happens to this user</a>}
    </p>
  );
}
