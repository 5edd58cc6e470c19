import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand, shellWord } from '../../../operations/aws/target.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { display, displayId } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { fieldsOf, textsOf } from '../../../operations/messages/json-fields.ts';
import {
  type NewEvent,
  newEvent,
  publishEvent,
  type TriedEvent,
  triedProblem,
  tryEvent,
  withoutIds,
} from '../../../operations/try-events/index.ts';
import { confirm } from '../../output/confirm.ts';
import { jsonLine, note, print } from '../../output/output.ts';
import type { EventsPutOptions } from './command.ts';
import { readGivenEvent } from './given-event.ts';
import { triedEventJson, triedEventText } from './tried-text.ts';

/**
 * Publishes an event: a new one, or a copy of one that has an id.
 * @throws CommandFailure for an event that breaks its contract, or that the bus refuses
 */
export async function eventsPut(file: string | undefined, options: EventsPutOptions): Promise<void> {
  const { draft, isSample } = await readGivenEvent(file, options.sample);
  const { replayName: _, ...published } = isSample ? withoutIds(draft) : draft;
  const event = newEvent(published);
  await onStack(options, async (on) => {
    const tried = await tryEvent(on, event.draft, { now: timeAt(on.target) });
    if (options.dryRun)
      print(options.json ? jsonLine({ ...idsOf(event), ...triedEventJson(tried) }) : previewOf(tried));
    else note(previewOf(tried));
    const problem = triedProblem(tried);
    if (problem !== undefined && (options.dryRun || tried.violations.length > 0)) throw new CommandFailure(problem);
    if (!options.dryRun) await publish(on, event, options);
  });
}

async function publish(on: OnStack, event: NewEvent, options: EventsPutOptions): Promise<void> {
  const { type } = event.draft;
  const { userId } = textsOf({ userId: fieldsOf(event.draft.detail.data).userId });
  const { correlationId } = fieldsOf(event.draft.detail.metadata);
  if (!(await confirm(`Publish this ${type} on the bus of ${on.stack.name}?`, options))) {
    return note('nothing was published\n');
  }
  const { id, eventId } = await publishEvent(on, event);
  if (options.json) return void print(jsonLine({ ...idsOf(event), id, type, userId, correlationId }));
  const next = userId === undefined ? '' : ` Follow it: ${pipelineCommand(`trace ${shellWord(userId)}`, options)}`;
  print(display`published ${displayId(type)} with the event id ${eventId}.${next}\n`);
}

function previewOf(tried: TriedEvent): string {
  return `${JSON.stringify(tried.event.detail, null, 2)}\n${triedEventText(tried)}`;
}

function idsOf({ eventId, copyOf }: NewEvent): object {
  return { eventId, ...(copyOf !== undefined && { copyOf }) };
}
