/** Which dead letters: as the options of the command line, all of which must be true of a message. */
export interface DeadLetterFilter {
  /** Whose queue: a subscriber's name, or `pipe`. */
  readonly queue?: string;
  readonly cause?: string;
  readonly user?: string;
  readonly error?: string;
  readonly type?: string;
  readonly olderThan?: string;
  readonly messageId?: readonly string[];
}

/** What the dead-letter queues held when they were read. */
export interface DeadLettersPage {
  /** The server's time of this reading. */
  readonly now: number;
  readonly queues: readonly DlqView[];
  /** The largest first. */
  readonly groups: readonly CauseView[];
  /** What could not be read, each in a sentence. */
  readonly notes: readonly string[];
  /** Messages a second of a redrive. */
  readonly rate: { readonly usual: number; readonly most: number };
  /** The command that shows the same. */
  readonly command: string;
}

export interface DlqView {
  readonly name: string;
  readonly waiting: number;
  readonly inFlight: number;
  /** How many messages were read. */
  readonly looked: number;
}

/** Messages of one queue with the same cause. */
export interface CauseView {
  readonly id: string;
  readonly queue: string;
  /** Such as `handler failure`. */
  readonly kind: string;
  readonly error?: string;
  /** What a person can do about it. */
  readonly hint?: string;
  readonly count: number;
  readonly types: readonly string[];
  readonly userCount: number;
  readonly first?: number;
  readonly last?: number;
  /** The newest of them. */
  readonly messages: readonly MessageView[];
}

export interface MessageView {
  readonly messageId: string;
  /** When it was sent. */
  readonly sentAt?: number;
  /** How often it was tried to deliver or handle it. @default - that is not known */
  readonly attempts?: number;
  /** How often it was received from any queue, readings of this page included. */
  readonly receives: number;
  readonly type?: string;
  /** Whom it is about; a message of the pipe may be about several users. */
  readonly users: readonly string[];
  readonly error?: string;
  /** What the function logged about the failure. */
  readonly line?: { readonly at: number; readonly text: string };
  /** The message's body: JSON, if it is that. */
  readonly payload: string;
}

/** How many messages the queues hold now. */
export interface DlqDepths {
  readonly now: number;
  readonly queues: readonly Pick<DlqView, 'name' | 'waiting' | 'inFlight'>[];
}

export type DlqAction = 'redrive' | 'purge';

/** What a redrive or a purge would do. */
export interface DlqPreview {
  /** Names it when it is started: it does what is shown here. */
  readonly id: string;
  /** How many messages it is about. */
  readonly count: number;
  /** The lines that the command prints. */
  readonly lines: readonly { readonly queue: string; readonly text: string }[];
  readonly notes: readonly string[];
  /** Queues that messages are taken from: a purge asks for their names. */
  readonly queues: readonly string[];
  /** The command that does the same. */
  readonly command: string;
}

/** A dead letter that someone edits. */
export interface EditableView {
  /** Names it when it is checked or sent. */
  readonly id: string;
  /** Its metadata and data, as JSON. */
  readonly text: string;
  /** The command that does the same. */
  readonly command: string;
}

/** What an edited text is. */
export interface EditCheck {
  /** Why it cannot be sent. @default - it can */
  readonly problem?: string;
  /** What differs from the original, the new ids included. */
  readonly changes: readonly { readonly path: string; readonly before?: string; readonly after?: string }[];
}
