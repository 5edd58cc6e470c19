import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { triedProblem, tryEvent } from '../../../operations/try-events/index.ts';
import { jsonLine, print } from '../../output/output.ts';
import type { EventsTestOptions } from './command.ts';
import { readGivenEvent } from './given-event.ts';
import { triedEventJson, triedEventText } from './tried-text.ts';

/**
 * Says for every rule of the bus whether it would match an event, and why not. Publishes nothing.
 * @throws CommandFailure for an event that breaks its contract, or that nobody would get
 */
export async function eventsTest(file: string | undefined, options: EventsTestOptions): Promise<void> {
  const { draft } = await readGivenEvent(file, options.sample);
  await onStack(options, async (on) => {
    const tried = await tryEvent(on, draft, { now: timeAt(on.target) });
    print(options.json ? jsonLine(triedEventJson(tried)) : triedEventText(tried));
    const problem = triedProblem(tried);
    if (problem !== undefined) throw new CommandFailure(problem);
  });
}
