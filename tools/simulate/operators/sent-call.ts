import type { DirectAnswer, DirectRequest } from '../../../packages/local-engine/index.ts';

/** A call that a command made. */
export interface SentCall {
  readonly request: DirectRequest;
  /** Among all calls of operators in a day, from 1. */
  readonly place: number;
  /** When it was made, in milliseconds since the Unix epoch, whatever clocks showed. */
  readonly sentAt: number;
  /** What the clock of the services showed then. */
  readonly clock: number;
  /** What it got. @default - nothing arrived */
  answer?: DirectAnswer;
  /** How many events of the day's file were noted as imported before it. @default - there was no note */
  readonly imported?: number | undefined;
}

/** The name of a call's operation, such as `SendMessage`; for those that are REST, such as S3's, the method and the path. */
export function operationOf({ method, target, headers, body }: DirectRequest): string {
  const named = String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  if (named) return named;
  const inPath = /\/operation\/(\w+)$/.exec(target)?.[1];
  if (inPath !== undefined) return inPath;
  const inForm = /(?:^|&)Action=(\w+)/.exec(method === 'POST' ? body.toString() : '')?.[1];
  return inForm ?? `${method} ${target}`;
}

const READING =
  /^(?:GET |HEAD |(?:Describe|List|Get|BatchGet|Filter)[A-Z]\w*$|(?:Scan|Query|ReceiveMessage|ChangeMessageVisibility(?:Batch)?|TestEventPattern)$)/;

/** Whether a call changes nothing. A message that is received and given back is as it was. */
export function isReading(call: SentCall): boolean {
  return READING.test(operationOf(call.request));
}

/** Messages and entries that a call was to send, in its order, each with whether the answer says that it was. */
export function sentBy({
  request,
  answer,
}: SentCall): readonly { readonly text: string; readonly isAcknowledged: boolean }[] {
  const isAnswered = answer?.status === 200;
  switch (operationOf(request)) {
    case 'SendMessage': {
      const { QueueUrl, MessageBody } = JSON.parse(request.body.toString());
      return [{ text: `${QueueUrl} ${MessageBody}`, isAcknowledged: isAnswered }];
    }
    case 'PutEvents': {
      const { Entries } = JSON.parse(request.body.toString()) as { readonly Entries: readonly object[] };
      const results = isAnswered ? JSON.parse(answer.body.toString()).Entries : [];
      return Entries.map((entry, place) => ({
        text: JSON.stringify(entry),
        isAcknowledged: results[place]?.EventId !== undefined,
      }));
    }
    default:
      return [];
  }
}

/** The ids in the metadata of the events that a call puts on the bus. */
export function putEventIds({ request }: SentCall): readonly string[] {
  if (operationOf(request) !== 'PutEvents') return [];
  const { Entries } = JSON.parse(request.body.toString()) as {
    readonly Entries: readonly { readonly Detail: string }[];
  };
  return Entries.map(({ Detail }) => JSON.parse(Detail).metadata.eventId);
}
