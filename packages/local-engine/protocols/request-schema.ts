import { createRequire } from 'node:module';
import type { NormalizedSchema as Schema } from '@smithy/core/schema';
import { AwsError } from '../core/aws-error.ts';

/** Where a value does not fit its operation's schema. */
interface SchemaProblem {
  /** Such as `Entries[0].Source`; empty for the whole request. */
  readonly path: string;
  /** The value's kind, in the words of AWS's parsers, such as `NUMBER_VALUE`. */
  readonly found: string;
  /** The expected kind, such as `String`. */
  readonly expected: string;
}

/** How a protocol writes numbers, booleans and times: as typed values, or all as text, as the query protocol does. */
type Spelling = 'typed' | 'text';

/** Undefined for a value that fits. A problem collects its path from the inside out. */
type Check = (value: unknown) => Problem | undefined;
type Problem = { readonly steps: (string | number)[]; readonly found: string; readonly expected: string };

const require = createRequire(import.meta.url);

const NUMBER_TEXT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** Numbers that JSON cannot write as such. Source: the Smithy specification, AWS JSON protocols. */
const NUMBERS_IN_TEXT: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const LEAVES: Readonly<
  Record<
    'String' | 'Number' | 'Boolean' | 'Timestamp' | 'Blob',
    Readonly<Record<Spelling, (value: unknown) => boolean>>
  >
> = {
  String: { typed: isText, text: isText },
  Number: {
    typed: (value) => typeof value === 'number' || typeof value === 'bigint' || NUMBERS_IN_TEXT.has(value),
    text: (value) => isText(value) && NUMBER_TEXT.test(value),
  },
  Boolean: {
    typed: (value) => typeof value === 'boolean',
    text: (value) => isText(value) && /^(?:true|false)$/i.test(value),
  },
  // CBOR has dates. The operation itself checks whether a text is a time.
  Timestamp: { typed: (value) => typeof value === 'number' || value instanceof Date || isText(value), text: isText },
  Blob: { typed: isBlob, text: isBlob },
};

interface CompiledChecks {
  readonly ofOperation: Map<string, Check>;
  readonly ofSchema: Map<unknown, Check>;
}

/** Of every client and spelling. */
const compiled = new Map<string, CompiledChecks>();

/**
 * Checks requests against the input schemas of a service's SDK client: lists are lists and texts are texts, at every depth. It does
 * not check limits, enums and missing members, nor members that AWS does not know, which AWS ignores. A member that is `null`
 * counts as missing, and is removed from the request. The client is loaded at the first call, and an operation's check is
 * compiled at its first call in a process: engines share it.
 *
 * The values must not be nested deeper than MOST_LEVELS in json-text.ts.
 */
export class RequestSchemas {
  readonly #client: string;
  readonly #spelling: Spelling;
  readonly #ofOperation: Map<string, Check>;
  readonly #ofSchema: Map<unknown, Check>;

  /** @param client the package of the SDK client, such as `@aws-sdk/client-eventbridge` */
  constructor(client: string, spelling: Spelling = 'typed') {
    this.#client = client;
    this.#spelling = spelling;
    const key = `${client} ${spelling}`;
    const shared = compiled.get(key) ?? { ofOperation: new Map(), ofSchema: new Map() };
    compiled.set(key, shared);
    this.#ofOperation = shared.ofOperation;
    this.#ofSchema = shared.ofSchema;
  }

  /**
   * @param operation such as `PutEvents`; for one that the client does not know, every request fits
   * @throws AwsError SerializationException that names the member
   */
  check(operation: string, request: unknown): void {
    const problem = this.problemOf(operation, request);
    if (problem === undefined) return;
    const { path, found, expected } = problem;
    throw new AwsError(
      'SerializationException',
      `${path || 'The request'}: ${found} cannot be converted to ${expected}`,
    );
  }

  /** For a service that has its own words for it. */
  problemOf(operation: string, request: unknown): SchemaProblem | undefined {
    const problem = this.#checkOf(operation)(request);
    if (problem === undefined) return undefined;
    const { steps, found, expected } = problem;
    const path = steps
      .toReversed()
      .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`));
    return { path: path.join(''), found, expected };
  }

  #checkOf(operation: string): Check {
    const known = this.#ofOperation.get(operation);
    if (known !== undefined) return known;
    const { NormalizedSchema } = require('@smithy/core/schema') as { NormalizedSchema: { of(ref: unknown): Schema } };
    const schema: unknown = require(this.#client)[`${operation}$`];
    // An operation's schema: kind, namespace, name, traits, input, output.
    const check =
      Array.isArray(schema) && schema[0] === OPERATION ? this.#compile(NormalizedSchema.of(schema[4])) : fits;
    if (check !== fits) this.#ofOperation.set(operation, check);
    return check;
  }

  /** The check of a schema. A schema that contains itself gets the same check. */
  #compile(schema: Schema): Check {
    const key = schema.getSchema();
    const known = this.#ofSchema.get(key);
    if (known !== undefined) return known;
    let check: Check | undefined;
    const itself: Check = (value) => {
      check ??= this.#checkFor(schema);
      return check(value);
    };
    this.#ofSchema.set(key, itself);
    return itself;
  }

  #checkFor(schema: Schema): Check {
    if (schema.isStructSchema()) {
      return structure(new Map([...schema.structIterator()].map(([name, member]) => [name, this.#compile(member)])));
    }
    if (schema.isListSchema()) return list(this.#compile(schema.getValueSchema()));
    if (schema.isMapSchema()) return map(this.#compile(schema.getValueSchema()));
    const leaf = leafOf(schema);
    return leaf === undefined ? fits : this.#leaf(leaf);
  }

  #leaf(expected: keyof typeof LEAVES): Check {
    const holds = LEAVES[expected][this.#spelling];
    return (value) => (holds(value) ? undefined : { steps: [], found: kindOf(value), expected });
  }
}

/** The kind of an operation's schema. */
const OPERATION = 9;

const fits: Check = () => undefined;

function structure(members: ReadonlyMap<string, Check>): Check {
  return (value) => {
    if (!isObject(value)) return { steps: [], found: kindOf(value), expected: 'Structure' };
    for (const name in value) {
      const member = value[name];
      if (member === null) delete value[name];
      if (member === null || member === undefined) continue;
      const problem = members.get(name)?.(member);
      if (problem !== undefined) return inside(problem, name);
    }
    return undefined;
  };
}

function list(item: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return { steps: [], found: kindOf(value), expected: 'List' };
    for (let index = 0; index < value.length; index++) {
      const problem = item(value[index]);
      if (problem !== undefined) return inside(problem, index);
    }
    return undefined;
  };
}

function map(item: Check): Check {
  return (value) => {
    if (!isObject(value)) return { steps: [], found: kindOf(value), expected: 'Map' };
    for (const name in value) {
      const problem = item(value[name]);
      if (problem !== undefined) return inside(problem, name);
    }
    return undefined;
  };
}

function inside(problem: Problem, step: string | number): Problem {
  problem.steps.push(step);
  return problem;
}

function leafOf(schema: Schema): keyof typeof LEAVES | undefined {
  if (schema.isStringSchema()) return 'String';
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return 'Number';
  if (schema.isBooleanSchema()) return 'Boolean';
  if (schema.isTimestampSchema()) return 'Timestamp';
  return schema.isBlobSchema() ? 'Blob' : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** CBOR has bytes; the other protocols send them in base64. */
function isBlob(value: unknown): boolean {
  return value instanceof Uint8Array || (isText(value) && value.length % 4 === 0 && BASE64.test(value));
}

/** In the words of AWS's parsers. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL_VALUE';
  if (Array.isArray(value)) return 'START_ARRAY';
  if (typeof value === 'object') return 'START_OBJECT';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return typeof value === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE';
}
