import type { CauseView, DeadLetterFilter, MessageView } from '../../contract/dead-letters.ts';
import { address, adjust, userAddress } from '../address.ts';
import { Payload, Since, StateMark, Time } from '../parts.tsx';
import { count, numberText } from '../texts.ts';
import { type Change, ChangeButtons } from './change-dialog.tsx';
import type { EditedMessage } from './edit-dialog.tsx';

interface CauseSectionProps {
  readonly group: CauseView;
  readonly filter: DeadLetterFilter;
  /** Ids of messages. */
  readonly selected: readonly string[];
  /** The pipeline's clock minus this one, in milliseconds. */
  readonly offset: number;
  onChange(change: Change): void;
  onEdit(message: EditedMessage): void;
}

/** Messages with the same cause: what is wrong, what helps, and the messages themselves. */
export function CauseSection({ group, filter, selected, offset, onChange, onEdit }: CauseSectionProps) {
  const { id, queue, kind, error, hint, types, userCount, first, last, messages } = group;
  const all = count(group.count, 'message');
  return (
    <section class="cause" aria-labelledby={`cause-${id}`}>
      <div class="heading">
        <h2 id={`cause-${id}`}>
          <StateMark standing="failed">{kind}</StateMark> {error ?? 'nothing says why'}
        </h2>
      </div>
      {hint !== undefined && <p>What helps: {hint}</p>}
      <p class="quiet">
        {all} of <strong>{queue}</strong>
        {types.length > 0 && `, ${types.join(' and ')}`}
        {userCount > 0 && `, for ${count(userCount, 'user')}`}
        {first !== undefined && last !== undefined && (
          <>
            , first <Time at={first} />, last <Time at={last} />
          </>
        )}
        , cause <span class="id">{id}</span>
      </p>
      <div class="dlq-actions">
        <ChangeButtons what={`${all} of ${queue}`} filter={{ ...filter, queue, cause: id }} onChange={onChange} />
      </div>
      <ul class="dlq-messages">
        {messages.map((message) => (
          <Message
            key={message.messageId}
            message={message}
            isSelected={selected.includes(message.messageId)}
            offset={offset}
            onEdit={() => onEdit({ queue, messageId: message.messageId })}
          />
        ))}
      </ul>
      {messages.length < group.count && (
        <p class="quiet">
          The newest {numberText(messages.length)} of {numberText(group.count)} are shown.
        </p>
      )}
    </section>
  );
}

interface MessageProps {
  readonly message: MessageView;
  readonly isSelected: boolean;
  readonly offset: number;
  onEdit(): void;
}

function Message({ message, isSelected, offset, onEdit }: MessageProps) {
  const { messageId, sentAt, attempts, receives, type, users } = message;
  const isOpen = address.value.query.get('open') === messageId;
  const whom = users[0] ?? messageId;
  return (
    <li>
      <div class="dlq-message">
        <input
          type="checkbox"
          aria-label={`Select the message about ${whom}`}
          checked={isSelected}
          onChange={() => select(messageId, !isSelected)}
        />
        <button
          type="button"
          class="opens dlq-row"
          data-step={messageId}
          aria-expanded={isOpen}
          onClick={() => adjust({ open: isOpen ? undefined : messageId })}
        >
          <span class="id">{users.length > 1 ? `${whom} and ${count(users.length - 1, 'other')}` : whom}</span>
          <span>{type}</span>
          <span class="quiet">
            {sentAt === undefined ? 'of unknown age' : <Since at={sentAt} offset={offset} />} old,{' '}
            {attempts === undefined ? `received ${count(receives, 'time')}` : count(attempts, 'attempt')}
          </span>
        </button>
      </div>
      {isOpen && <MessageDetails message={message} onEdit={onEdit} />}
    </li>
  );
}

/** Adds a message to the selection, or takes it away. */
function select(messageId: string, isSelected: boolean): void {
  const before = (address.value.query.get('selected') ?? '').split(',').filter((id) => id !== '' && id !== messageId);
  adjust({ selected: (isSelected ? [...before, messageId] : before).join(',') });
}

/** What is known about a message. Its body is foreign text: it is only ever shown as text. */
function MessageDetails({ message, onEdit }: Pick<MessageProps, 'message' | 'onEdit'>) {
  const { messageId, type, users, error, line, payload } = message;
  return (
    <div class="dlq-details">
      {error !== undefined && <p>{error}</p>}
      <p class="links">
        {users.map((user) => (
          <span key={user}>
            <a href={userAddress(user)}>What happened to {user}</a>
            {' · '}
            <button type="button" class="small" onClick={() => adjust({ user, cause: undefined, selected: undefined })}>
              Only dead letters of {user}
            </button>
          </span>
        ))}
      </p>
      {type !== undefined && (
        <button type="button" onClick={onEdit}>
          Edit and redrive …
        </button>
      )}
      <Payload
        title={
          <>
            Message <span class="id quiet">{messageId}</span>
          </>
        }
        text={payload}
        what="message"
      />
      {line !== undefined && (
        <details>
          <summary>
            What the function logged at <Time at={line.at} />
          </summary>
          <Payload title="Log line" text={line.text} what="log line" />
        </details>
      )}
    </div>
  );
}
