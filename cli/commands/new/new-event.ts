import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PROJECT_FOLDER } from '../../../cdk/synthesize.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { newestContracts } from '../../../schemas/generated/event-contracts.ts';
import { parseEventSchema } from '../../../schemas/generator/read-event-schemas.ts';
import { jsonLine, print } from '../../output/output.ts';
import type { NewEventOptions } from './command.ts';
import { renderEvent } from './event-files.ts';
import { eventNameProblem, likelySource } from './names.ts';
import { type Exists, listed, type NewFile, requireNone, writeNewFiles } from './new-files.ts';

/**
 * Creates the schema and a sample of a new event, and generates its contract.
 * @throws UsageError for an invalid name or source, before anything is written
 * @throws CommandFailure for a file that cannot be written or generated; then schema and sample are removed again
 */
export async function newEvent(name: string, options: NewEventOptions): Promise<void> {
  const request = { name, source: options.source };
  const { source, files } = planEvent(request, (path) => existsSync(join(PROJECT_FOLDER, path)));
  const generated = await writeAndGenerate(PROJECT_FOLDER, files);

  const event = { name, source, files: files.map(({ path }) => path), generated };
  print(options.json ? jsonLine(event) : report(event, options.source === undefined));
}

export interface EventRequest {
  /** Such as `UserVerified`. */
  readonly name: string;
  /** Who publishes it; undefined if nothing was given. */
  readonly source: string | undefined;
}

/**
 * The schema and sample of a new event, and its source. Nothing is written.
 * @throws UsageError for an invalid name or source, and for a file that exists
 */
export function planEvent(request: EventRequest, exists: Exists): { source: string; files: NewFile[] } {
  const { name, source = likelySource(request.name) } = request;
  const problem = eventNameProblem(name);
  if (problem !== undefined) throw new UsageError(problem);
  if (Object.hasOwn(newestContracts, name)) {
    throw new UsageError(`the event ${name} exists already; schemas/README.md says how to add a new version of it`);
  }
  const { schema, sample } = renderEvent({ name, source });
  requireNone([schema.path, schema.path.replace('schemas/', 'schemas/released/'), sample.path], exists);
  try {
    parseEventSchema(basename(schema.path), schema.text); // applies the generator's own rules
  } catch (error) {
    // The name is valid, so the source is wrong. The file of the message does not exist yet.
    throw new UsageError((error as Error).message.replace(/^\S+: "x-source"/, '--source'), { cause: error });
  }
  return { source, files: [schema, sample] };
}

/** @returns paths of the generated files @throws CommandFailure after removing schema and sample again */
async function writeAndGenerate(folder: string, files: readonly NewFile[]): Promise<string[]> {
  const written = await writeNewFiles(folder, files);
  try {
    return await generateContracts(folder);
  } catch (cause) {
    await written.remove();
    // What was generated so far would contain an event that does not exist.
    const hint = await generateContracts(folder).then(
      () => '',
      () => '; fix that, then run npm run schemas',
    );
    throw new CommandFailure(
      `the contract could not be generated, so schema and sample were removed again: ${(cause as Error).message}${hint}`,
      { cause },
    );
  }
}

/**
 * Generates everything that follows from the schemas, as `npm run schemas` does: in a new process, since this one has loaded
 * the old contracts.
 * @returns paths of the written files
 * @throws {Error} with the generator's own words
 */
function generateContracts(folder: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['schemas/generate.ts'], { cwd: folder }, (error, stdout, stderr) => {
      if (error === null) return resolve([...stdout.matchAll(/^wrote (.+)$/gm)].map(([, path = '']) => path));
      // The line of an uncaught error with its message.
      const problem = /^(?:\w*[Ee]rror): (.+)$/m.exec(stderr)?.[1] ?? stderr.trim().split('\n')[0];
      reject(new Error(problem || error.message, { cause: error }));
    });
  });
}

interface CreatedEvent {
  readonly name: string;
  readonly source: string;
  readonly files: readonly string[];
  readonly generated: readonly string[];
}

function report({ name, source, files, generated }: CreatedEvent, isGuess: boolean): string {
  const [schema] = files;
  const guess = `Its source is ${source}, which is a guess: it should name the producer. To change it, edit x-source in the
schema and source in the sample, then run npm run schemas.

`;
  return `Wrote
${listed(files)}

and generated
${listed(generated)}

${isGuess ? guess : ''}Describe in ${schema}
what has happened, when it is published, and its data (only ids and times: events are archived).
After every change of the schema: npm run schemas

Next:
  npm test   checks it with everything else
  npx pipeline new subscriber welcome-email --on ${name}
             creates a service that handles it
  publishToBus in services/shared/bus.ts
             publishes it, in a service whose subscription has the access 'publish-events'
`;
}
