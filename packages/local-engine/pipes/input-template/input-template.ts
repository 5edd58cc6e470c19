import { InvalidJsonPathError, type JsonPath, parsePath, readPath } from '../json-path.ts';
import { InvalidInputTemplateError } from './errors.ts';
import { parseTemplate } from './parse.ts';
import { valueText } from './value-text.ts';

export { InvalidInputTemplateError };

/** Reserved names without brackets (`aws.pipes.pipe-name`) to their values. */
export type PipeVariables = Readonly<Record<string, unknown>>;

/** Renders one record: the target input is made per record, never from the batch. */
export type InputTemplateRenderer = (input: unknown, variables: PipeVariables) => string;

type ReadValue = (input: unknown, variables: PipeVariables) => unknown;

const MAX_LENGTH = 8192;

// User guide, eb-pipes-input-transformation, reserved variables.
const RESERVED: ReadonlySet<string> = new Set([
  'aws.pipes.pipe-arn',
  'aws.pipes.pipe-name',
  'aws.pipes.source-arn',
  'aws.pipes.enrichment-arn',
  'aws.pipes.target-arn',
  'aws.pipes.event.ingestion-time',
  'aws.pipes.event',
  'aws.pipes.event.json',
]);

// The two differ only where a source carries an encoded body or an enrichment answers with text. A stream record is
// neither, so both are the record itself unless the caller gives them.
const EVENT_ITSELF: ReadonlySet<string> = new Set(['aws.pipes.event', 'aws.pipes.event.json']);

/**
 * Renders a pipe's InputTemplate once. Prefer {@link compileInputTemplate} where one template meets many records.
 *
 * @param template the InputTemplate as it stands in the pipe
 * @param input the parsed source record
 * @returns the target input; it need not be JSON, as on AWS (see {@link valueText})
 * @throws InvalidInputTemplateError
 *
 * @example
 * renderInputTemplate('{"userId": <$.dynamodb.Keys.id.S>}', record, {}); // {"userId": "test5"}
 */
export function renderInputTemplate(template: string, input: unknown, variables: PipeVariables): string {
  return compileInputTemplate(template)(input, variables);
}

/**
 * Parses a pipe's InputTemplate, so that a mistake in it is found when the pipe is made and not at its first record.
 *
 * @throws InvalidInputTemplateError for a template that is too long, an unknown `aws.` variable or an unsupported path
 */
export function compileInputTemplate(template: string): InputTemplateRenderer {
  assertLength(template);
  if (template === '') {
    // Pipes API, PipeTargetParameters: an empty string removes the template.
    return (input) => JSON.stringify(input);
  }
  const parts = parseTemplate(template, toReader);
  return (input, variables) =>
    parts
      .map((part) => (typeof part === 'string' ? part : valueText(part.placeholder(input, variables), part.inString)))
      .join('');
}

function toReader(name: string): ReadValue | undefined {
  if (name.startsWith('$')) {
    const path = parsePlaceholderPath(name);
    return (input) => readPath(input, path);
  }
  return name.startsWith('aws.') ? reservedReader(name) : undefined;
}

// CreatePipe refuses names it does not know, `aws.events.…` among them, with "Invalid json path reference or predefined
// variable for placeholder" (measured 2026-09-07, badmintoncryer/cdk-preflight, pf-pipes-input-template-variables).
function reservedReader(name: string): ReadValue {
  if (!RESERVED.has(name)) {
    throw new InvalidInputTemplateError(
      `Invalid json path reference or predefined variable for placeholder <${name}>. ` +
        `Known: ${[...RESERVED].join(', ')}`,
    );
  }
  const fallback: ReadValue = EVENT_ITSELF.has(name) ? (input) => input : () => undefined;
  return (input, variables) => (Object.hasOwn(variables, name) ? variables[name] : fallback(input, variables));
}

function parsePlaceholderPath(path: string): JsonPath {
  try {
    return parsePath(path);
  } catch (error) {
    if (error instanceof InvalidJsonPathError) {
      throw new InvalidInputTemplateError(`InputTemplate holds <${path}>: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

// Characters are code points: that is how AWS models (Smithy, length trait) measure a string.
function assertLength(template: string): void {
  const length = [...template].length;
  if (length > MAX_LENGTH) {
    throw new InvalidInputTemplateError(`InputTemplate must be at most ${MAX_LENGTH} characters, got ${length}`);
  }
}
