import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../../cdk/synthesize.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { jsonLine, print } from '../../output/output.ts';
import { makeEvent } from './make-event.ts';
import { planEvent } from './plan-event.ts';
import { asCommandFailure, listed } from './scaffold-report.ts';

export interface NewEventOptions {
  /** Who publishes it. */
  readonly source?: string;
  readonly json?: boolean;
}

/**
 * Makes the schema and a sample of a new event, and generates its contract.
 * @throws UsageError for a name or a source that cannot be, before anything is written
 * @throws CommandFailure for what cannot be written or generated; then schema and sample are removed again
 */
export async function newEvent(name: string, options: NewEventOptions): Promise<void> {
  const plan = planEvent({ name, source: options.source }, (path) => existsSync(join(PROJECT_FOLDER, path)));
  if ('refused' in plan) throw new UsageError(plan.refused);
  const generated = await makeEvent(PROJECT_FOLDER, plan.files).catch(asCommandFailure);

  const files = plan.files.map(({ path }) => path);
  const { source } = plan;
  if (options.json) print(jsonLine({ name, source, files, generated }));
  else print(`${report({ name, source, files, generated, isNamed: options.source !== undefined })}\n`);
}

interface MadeEvent {
  readonly name: string;
  readonly source: string;
  readonly files: readonly string[];
  readonly generated: readonly string[];
  /** Whether somebody said who publishes it. */
  readonly isNamed: boolean;
}

function report({ name, source, files, generated, isNamed }: MadeEvent): string {
  const [schema] = files;
  const guess = `Its source is ${source}, which is a guess: it should name the producer. To change it, edit x-source in the
schema and source in the sample, then run npm run schemas.

`;
  return `Wrote
${listed(files)}

and generated
${listed(generated)}

${isNamed ? '' : guess}Say in ${schema}
what has happened, when it is published, and what else it tells (ids and times only: events are archived).
After every change of it: npm run schemas

Next:
  npm test   checks it with everything else
  npx pipeline new subscriber welcome-email --on ${name}
             makes a service that takes it
  publishToBus in services/shared/bus.ts
             publishes it, in a service whose subscription has the access 'publish-events'`;
}
