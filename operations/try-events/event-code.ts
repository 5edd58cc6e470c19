import { awsCommand, pipelineCommand, shellWord, type Target, type TargetOptions } from '../aws/target.ts';
import type { EventDraft } from './event-draft.ts';

/** Ways to publish the same event elsewhere, as text to copy. */
export interface EventCode {
  /** The command of this project, with the event as its input. */
  readonly command: string;
  readonly awsCli: string;
  /** TypeScript, for the AWS SDK. */
  readonly sdk: string;
}

/** A line of this text alone ends the input; in JSON it cannot be one. */
const END = 'EVENT';

export interface CodeProps {
  /** The event as it was given: the command gives it ids itself, or copies it. */
  readonly given: EventDraft;
  /** The same with its ids, as the AWS CLI and the SDK publish it. */
  readonly draft: EventDraft;
  /** Of the bus that gets it. */
  readonly busName: string;
}

/** The event as code, for a pipeline. */
export function eventCode({ given, draft, busName }: CodeProps, target: Target, options: TargetOptions): EventCode {
  const { type, source, detail } = draft;
  const event = JSON.stringify({ 'detail-type': type, source, detail: given.detail }, null, 2);
  const entry = { EventBusName: busName, Source: source, DetailType: type, Detail: JSON.stringify(detail) };
  const settings = 'endpoint' in target ? `{ endpoint: ${JSON.stringify(target.endpoint)} }` : '{}';
  const indented = JSON.stringify(detail, null, 2).replaceAll('\n', '\n      ');
  return {
    command: `${pipelineCommand('events put -', options)} <<'${END}'\n${event}\n${END}\n`,
    awsCli: `${awsCommand(`events put-events --entries ${shellWord(JSON.stringify([entry]))}`, target)}\n`,
    sdk: `import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

const { FailedEntryCount, Entries } = await new EventBridgeClient(${settings}).send(
  new PutEventsCommand({
    Entries: [{
      EventBusName: ${JSON.stringify(busName)},
      Source: ${JSON.stringify(source)},
      DetailType: ${JSON.stringify(type)},
      Detail: JSON.stringify(${indented}),
    }],
  }),
);
// A refused entry comes with status 200.
if (FailedEntryCount) throw new Error(Entries?.[0]?.ErrorMessage);
`,
  };
}
