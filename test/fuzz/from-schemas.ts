import { createRequire } from 'node:module';
import type { NormalizedSchema as Schema } from '@smithy/core/schema';
import type { Mutator } from './mutator.ts';

const require = createRequire(import.meta.url);
const { NormalizedSchema } = require('@smithy/core/schema') as { NormalizedSchema: { of(ref: unknown): Schema } };

/** The kind of an operation's schema; its name is the third member, its input the fifth. */
const OPERATION = 9;
const MOST_LEVELS = 5;

/** Words that operations take, whichever: the schemas do not have the enums. */
const WORDS = (
  'ALL ALL_OLD ALL_NEW NONE TOTAL KEYS_ONLY NEW_IMAGE NEW_AND_OLD_IMAGES HASH RANGE S N B ENABLED DISABLED RUNNING ' +
  'PAY_PER_REQUEST PROVISIONED TRIM_HORIZON LATEST AT_SEQUENCE_NUMBER All Policy RedrivePolicy VisibilityTimeout ' +
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
    const schema = this.#client[`${operation}$`] as readonly unknown[];
    return make(NormalizedSchema.of(schema[4]), '', { mutator, known, level: 0 });
  }
}

export type KnownValues = Readonly<Record<string, readonly unknown[]>>;

interface Making {
  readonly mutator: Mutator;
  readonly known: KnownValues;
  readonly level: number;
}

function make(schema: Schema, name: string, making: Making): unknown {
  const { mutator, known } = making;
  const inner: Making = { ...making, level: making.level + 1 };
  const values = known[name];
  if (values !== undefined && !mutator.chance(8)) return structuredClone(mutator.pick(values));
  if (mutator.chance(60)) return mutator.odd();
  if (schema.isStructSchema()) {
    const members = making.level > MOST_LEVELS ? [] : [...schema.structIterator()];
    // Most operations need their members; unions take one.
    const often = members.length > 8 ? 2 : 5;
    const kept = members.filter(([member]) =>
      known[member] !== undefined ? !mutator.chance(6) : !mutator.chance(often),
    );
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
