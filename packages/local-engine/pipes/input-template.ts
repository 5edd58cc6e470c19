import { InvalidJsonPathError, type JsonPath, parsePath, readPath } from './json-path.ts';

/** An InputTemplate that AWS refuses at creation, or that contains a path outside the supported subset. */
export class InvalidInputTemplateError extends Error {
  override readonly name = 'InvalidInputTemplateError';
}

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

// The two differ only where a source has an encoded body or an enrichment answers with text. A stream record is
// neither, so both are the record itself unless the caller sets them.
const EVENT_ITSELF: ReadonlySet<string> = new Set(['aws.pipes.event', 'aws.pipes.event.json']);

/**
 * Parses a pipe's InputTemplate, so that a mistake in it is found when the pipe is created and not at its first record.
 * The result of rendering need not be JSON, as on AWS (see {@link valueText}).
 *
 * @throws InvalidInputTemplateError for a template that is too long, an unknown `aws.` variable or an unsupported path
 * @example
 * compileInputTemplate('{"userId": <$.dynamodb.Keys.id.S>}')(record, {}); // {"userId": "test5"}
 */
export function compileInputTemplate(template: string): InputTemplateRenderer {
  // Characters are code points: that is how AWS models (Smithy, length trait) measure a string.
  const length = [...template].length;
  if (length > MAX_LENGTH) {
    throw new InvalidInputTemplateError(`InputTemplate must be at most ${MAX_LENGTH} characters, got ${length}`);
  }
  // Pipes API, PipeTargetParameters: an empty string removes the template.
  if (template === '') return (input) => JSON.stringify(input);
  const parts = parseTemplate(template);
  return (input, variables) =>
    parts
      .map((part) => (typeof part === 'string' ? part : valueText(part.read(input, variables), part.inString)))
      .join('');
}

/** Text to copy, or a value to insert. `inString`: the value is inserted into text, not in the place of a JSON value. */
type TemplatePart = string | { readonly read: ReadValue; readonly inString: boolean };

/**
 * Splits a template into text and placeholders. Where the name between `<` and `>` is neither a path nor a variable, the `<`
 * is text: the templates of API destinations and mails contain markup, and `<` and `>` cannot be escaped (earlier user
 * guide, eb-transforming-target-input).
 *
 * A template is JSON or free text (eb-pipes-input-transformation). Free text, a quoted one too, is one long string, so
 * nothing in it is a JSON value. That is why a template of `<$.body>` alone loses the quotes of the JSON it inserts, as
 * the guide warns. An array counts as JSON here; the guide speaks of objects only, and an event bus takes nothing else.
 */
function parseTemplate(template: string): readonly TemplatePart[] {
  const isJson = /^\s*[{[]/.test(template);
  const parts: TemplatePart[] = [];
  let textFrom = 0;
  let inQuotes = false;
  let at = 0;
  while (at < template.length) {
    const name = template[at] === '<' ? nameAt(template, at) : undefined;
    const read = name === undefined ? undefined : toReader(name);
    if (name !== undefined && read !== undefined) {
      parts.push(template.slice(textFrom, at), { read, inString: !isJson || inQuotes });
      at += name.length + '<>'.length;
      textFrom = at;
      continue;
    }
    if (template[at] === '"') inQuotes = !inQuotes;
    // `\"` inside a string does not end it. `\<` must not hide a placeholder.
    at += template[at] === '\\' && template[at + 1] !== '<' ? 2 : 1;
  }
  parts.push(template.slice(textFrom));
  return parts.filter((part) => part !== '');
}

function nameAt(template: string, open: number): string | undefined {
  const close = template.indexOf('>', open);
  const name = template.slice(open + 1, close);
  return close === -1 || name.includes('<') ? undefined : name;
}

/** Undefined for a name that is neither a path nor a variable. */
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
    if (!(error instanceof InvalidJsonPathError)) throw error;
    throw new InvalidInputTemplateError(`InputTemplate contains <${path}>: ${error.message}`, { cause: error });
  }
}

/**
 * The text of `value` in a rendered template; `value` undefined means that nothing was found.
 *
 * In the place of a JSON value it is JSON. The service quotes strings itself, so that the output is valid JSON (user
 * guide, eb-pipes-input-transformation), which is true for every string only if it escapes them too. Nothing found is
 * `""`, so the key stays; rules, though documented otherwise, were seen to do the same (localstack/localstack,
 * test_events_inputs.snapshot.json, recorded on AWS 2024-06-11).
 *
 * Inside a string it is the bare value. Values are not escaped there (eb-transform-target-input, common issues), with no
 * exception for a string that is all placeholder, so `"<$.s>"` breaks on a quote just like `"x-<$.s>"`. Objects and
 * arrays lose their quotes: `{"key": "value"}` arrives as `{key: value}` (eb-pipes-input-transformation).
 */
function valueText(value: unknown, inString: boolean): string {
  if (!inString) return JSON.stringify(value === undefined ? '' : value);
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
}
