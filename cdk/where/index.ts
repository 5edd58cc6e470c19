import { compileEventPattern, InvalidEventPatternError } from '../../packages/local-engine/event-pattern/index.ts';
import type { DetailSchema } from '../../schemas/detail-schema.ts';
import { isJsonObject } from '../../schemas/event-contract.ts';
import { detailSchemas } from '../../schemas/generated/detail-schemas.ts';
import { quote } from '../../services/shared/field.ts';
import { nearestName } from '../context.ts';
import { canMatch, type Field } from './can-match.ts';
import { elementsOf, fieldNames, fieldOf, isRequired, mayBe, shapesOf, shapeText } from './schema-values.ts';

/** Which events a subscriber is about. */
export interface AskedEvent {
  readonly source: string;
  readonly detailType: string;
  /** `any` is the newest. */
  readonly schemaVersion: number | 'any';
}

/**
 * Why a subscriber cannot choose its events by this: AWS would refuse it, or no event of the contract can fulfil it. An event without
 * a contract here can hold anything.
 *
 * @param where a subscription's `where`
 * @param schemas those that are known
 * @returns a line for each problem, which names the field
 */
export function whereProblems(
  where: unknown,
  event: AskedEvent,
  schemas: readonly DetailSchema[] = detailSchemas,
): string[] {
  if (!isJsonObject(where)) return [`where must be an object of fields of data; got ${quote(where)}`];
  if (Object.keys(where).length === 0) return [];
  const problems = formProblems(where, 'where');
  if (problems.length > 0) return problems;
  const refusal = refusalByAws(where);
  if (refusal !== undefined) return [refusal];
  const contract = contractOf(event, schemas);
  if (contract === undefined) return [];
  const { schema, schemaName } = contract;
  const data = shapesOf(schema, schema)
    .flatMap((detail) => fieldOf(detail, 'data', schema))
    .map((shape) => ({ shape, mayBeAbsent: false }));
  const unmatched = unmatchedConditions(where, data, { path: 'where', contract: schemaName, root: schema });
  if (unmatched.length > 0 || data.some((field) => canHold(where, field, schema))) return unmatched;
  return [`where can never match: by ${schemaName}, no event has all of ${Object.keys(where).join(', ')} like this`];
}

function contractOf(
  { source, detailType, schemaVersion }: AskedEvent,
  schemas: readonly DetailSchema[],
): DetailSchema | undefined {
  const versions = schemas
    .filter((each) => each.source === source && each.detailType === detailType)
    .sort((a, b) => a.schemaVersion - b.schemaVersion);
  return schemaVersion === 'any' ? versions.at(-1) : versions.find((each) => each.schemaVersion === schemaVersion);
}

/** What is no field with conditions. CloudFormation drops `null` from a pattern, so nothing can be asked about it. */
function formProblems(where: Readonly<Record<string, unknown>>, path: string): string[] {
  return Object.entries(where).flatMap(([name, wanted]) => {
    const field = `${path}.${name}`;
    if (Array.isArray(wanted)) {
      return wanted.includes(null) ? [`${field} cannot be compared with null: CloudFormation leaves it out`] : [];
    }
    if (isJsonObject(wanted)) return formProblems(wanted, field);
    return [`${field} must be a list of what it may be, such as ${quote([wanted ?? 'this'])}; got ${quote(wanted)}`];
  });
}

function refusalByAws(where: object): string | undefined {
  try {
    compileEventPattern({ where });
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    return `${error.path || 'where'}: ${error.problem}`;
  }
}

interface Place {
  readonly path: string;
  /** Name of the contract, for messages. */
  readonly contract: string;
  /** The contract's schema. */
  readonly root: DetailSchema['schema'];
}

/** The fields and conditions that no alternative of the contract can fulfil. */
function unmatchedConditions(
  where: Readonly<Record<string, unknown>>,
  alternatives: readonly Field[],
  { path, contract, root }: Place,
): string[] {
  return Object.entries(where).flatMap(([name, wanted]) => {
    const field = `${path}.${name}`;
    const found = alternatives.map((each) => fieldsOf(each, name, root));
    const values = found.flat();
    if (values.length === 0) {
      const names = [...new Set(alternatives.flatMap(({ shape }) => fieldNames(shape)))];
      const hint = `; the fields are ${names.join(', ')}; did you mean ${nearestName(name, names)}?`;
      return [`${field} is not a field of ${contract}${names.length > 0 ? hint : ''}`];
    }
    if (isJsonObject(wanted)) return unmatchedConditions(wanted, values, { path: field, contract, root });
    const isLacking = found.some((fields) => fields.length === 0);
    return conditionsOf(wanted)
      .filter((condition) => !(isLacking && isAbsence(condition)))
      .filter((condition) => !values.some((value) => canMatch(condition, value)))
      .map((condition) => {
        const allowed = [...new Set(values.map(({ shape }) => shapeText(shape)))].join(', or ');
        return `${field}: ${quote(condition)} can never match; by ${contract} it is ${allowed}`;
      });
  });
}

/** Whether one event of this alternative can fulfil all conditions together. */
function canHold(where: Readonly<Record<string, unknown>>, alternative: Field, root: Place['root']): boolean {
  return Object.entries(where).every(([name, wanted]) => {
    const values = fieldsOf(alternative, name, root);
    if (isJsonObject(wanted)) return values.some((value) => canHold(wanted, value, root));
    if (values.length === 0) return conditionsOf(wanted).some(isAbsence);
    return values.some((value) => conditionsOf(wanted).some((condition) => canMatch(condition, value)));
  });
}

/** What a field of an object may be; nothing if it has no such field. Of a list, its elements. */
function fieldsOf({ shape, mayBeAbsent }: Field, name: string, root: Place['root']): Field[] {
  return fieldOf(shape, name, root).flatMap((value) => {
    const isOptional = mayBeAbsent || !isRequired(shape, name) || mayBe(value, 'array');
    return elementsOf(value, root).map((element) => ({ shape: element, mayBeAbsent: isOptional }));
  });
}

function conditionsOf(wanted: unknown): readonly unknown[] {
  return Array.isArray(wanted) ? wanted : [];
}

function isAbsence(condition: unknown): boolean {
  return isJsonObject(condition) && condition.exists === false;
}
