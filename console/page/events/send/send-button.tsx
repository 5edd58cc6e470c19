import { useSignal } from '@preact/signals';
import type { SentEvent } from '../../../contract/events.ts';
import { ActionButton } from '../../actions.tsx';
import { userAddress } from '../../address.ts';
import { change } from '../../server.ts';
import { count } from '../../texts.ts';

interface SendButtonProps {
  /** As JSON; undefined as long as it is not valid. */
  readonly event: string | undefined;
  /** How many rules would get it. */
  readonly receivers: number;
}

/** Sends an event, and leads to what happens to its user. */
export function SendButton({ event, receivers }: SendButtonProps) {
  const sent = useSignal<SentEvent | undefined>(undefined);
  return (
    <div class="sending">
      <ActionButton
        kind="primary"
        text={`Send it to ${count(receivers, 'rule')}`}
        busyText="Sending …"
        isDisabled={event === undefined}
        work={async () => {
          sent.value = await change<SentEvent>('/api/events/send', { event: JSON.parse(event ?? '') });
        }}
      />
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
