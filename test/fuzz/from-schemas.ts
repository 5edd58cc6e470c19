import { createRequire } from 'node:module';
import type { NormalizedSchema as Schema } from '@smithy/core/schema';
import type { Mutator } from './mutator.ts';

const require = createRequire(import.meta.url);
const { NormalizedSchema } = require('@smithy/core/schema') as { NormalizedSchema: { of(ref: unknown): Schema } };

/** The kind of an operation's schema; its name is the third member, its traits the fourth, its input the fifth. */
const OPERATION = 9;
const MOST_LEVELS = 5;

/** Words that operations take, whichever: the schemas do not have the enums. */
const WORDS = (
  'ALL ALL_OLD ALL_NEW NONE TOTAL KEYS_ONLY NEW_IMAGE NEW_AND_OLD_IMAGES HASH RANGE S N B ENABLED DISABLED RUNNING ' +
  'PAY_PER_REQUEST PROVISIONED Enabled BucketOwnerEnforced GET COPY REPLACE url global RUNNING STOPPED TRIM_HORIZON LATEST AT_SEQUENCE_NUMBER All Policy RedrivePolicy VisibilityTimeout ' +
  'FifoQueue String Number Binary Sum p99 Count COUNT ALARM EQ NE IN BETWEEN CONTAINS PUT ADD DELETE AND OR a b'
).split(' ');

/** Requests of a service's operations, from the schemas by which its SDK client writes them. */
export class SchemaRequests {
  readonly #client: Readonly<Record<string, unknown>>;
  readonly operations: readonly string[];

  /** @param client the package, such as `@aws-sdk/client-sqs` */
  constructor(client: string) {
    this.#client = require(client);
    this.operations = Object.values(this.#client).flatMap((found) =>
      Array.isArray(found) && found[0] === OPERATION ? [String(found[2])] : [],
    );
  }

  /**
   * Members of one request.
   * @param known values for members by their names: names of what runs
   */
  members(operation: string, mutator: Mutator, known: KnownValues): unknown {
    return make(NormalizedSchema.of(this.#schema(operation)[4]), '', { mutator, known, level: 0 });
  }

  /** Where an operation of a REST service is, with the members of its input. */
  route(operation: string): { method: string; path: string; input: [name: string, schema: Schema][] } {
    const [, , , traits, input] = this.#schema(operation);
    const [method, path] = (traits as { readonly http: readonly [method: string, path: string] }).http;
    return { method, path, input: [...NormalizedSchema.of(input).structIterator()] };
  }

  #schema(operation: string): readonly unknown[] {
    return this.#client[`${operation}$`] as readonly unknown[];
  }
}

export type KnownValues = Readonly<Record<string, readonly unknown[]>>;

interface Making {
  readonly mutator: Mutator;
  readonly known: KnownValues;
  readonly level: number;
}

/** Most operations need their members; unions take one. Of many headers and parameters, most refuse each other. */
function isKept(member: string, schema: Schema, { mutator, known }: Making, count: number): boolean {
  const { httpLabel, httpHeader, httpQuery } = schema.getMergedTraits();
  if (httpLabel) return !mutator.chance(40);
  if (count > 12 && (httpHeader || httpQuery) && member !== 'UploadId') return mutator.chance(8);
  if (known[member] !== undefined) return !mutator.chance(6);
  return !mutator.chance(count > 8 ? 2 : 5);
}

function make(schema: Schema, name: string, making: Making): unknown {
  const { mutator, known } = making;
  const inner: Making = { ...making, level: making.level + 1 };
  const values = known[name];
  if (values !== undefined && !mutator.chance(8)) return structuredClone(mutator.pick(values));
  if (mutator.chance(60)) return mutator.odd();
  if (schema.isStructSchema()) {
    const members = making.level > MOST_LEVELS ? [] : [...schema.structIterator()];
    const kept = members.filter(([member, shape]) => isKept(member, shape, making, members.length));
    return Object.fromEntries(kept.map(([member, shape]) => [member, make(shape, member, inner)]));
  }
  if (schema.isListSchema()) {
    if (making.level > MOST_LEVELS) return [];
    return mutator.many(0, 2, () => make(schema.getValueSchema(), name, inner));
  }
  if (schema.isMapSchema()) {
    if (making.level > MOST_LEVELS) return {};
    return Object.fromEntries(
      mutator.many(0, 2, () => [mutator.pick(WORDS), make(schema.getValueSchema(), '', inner)]),
    );
  }
  if (schema.isNumericSchema()) return mutator.pick([0, 1, 2, 5, 10, 60, 300, 1000, -1, 1.5, 1_790_000_000]);
  if (schema.isBooleanSchema()) return mutator.chance(2);
  if (schema.isTimestampSchema()) return mutator.pick([0, 1_790_000_000, 1_790_000_000.5, -1, 1e13]);
  if (schema.isBlobSchema()) return 'AAEC';
  return mutator.pick(WORDS);
}
