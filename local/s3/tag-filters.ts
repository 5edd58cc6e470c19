import { AwsError } from '../aws-error.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Whether a resource with these tags is wanted. */
export type TagFilter = (tags: readonly Tag[]) => boolean;

/** Source: Resource Groups Tagging API reference, GetResources. */
const MOST_FILTERS = 50;
const MOST_VALUES = 20;

/**
 * TagFilters of a request: a resource must satisfy all of them, and has for each the key with any one of the values; no
 * values stand for any.
 * @throws AwsError
 */
export function parseTagFilters(filters: unknown): readonly TagFilter[] {
  if (filters === undefined || filters === null) return [];
  if (!Array.isArray(filters)) throw invalid('TagFilters must be a list.');
  if (filters.length > MOST_FILTERS) throw invalid(`TagFilters may have ${MOST_FILTERS} keys at most.`);
  return filters.map(parseFilter);
}

function parseFilter(filter: unknown): TagFilter {
  const { Key: key, Values: values = [] } = (filter ?? {}) as { Key?: unknown; Values?: unknown };
  if (typeof key !== 'string' || key === '') throw invalid('Each of TagFilters must have a Key.');
  if (!Array.isArray(values) || values.some((value) => typeof value !== 'string')) {
    throw invalid(`Values of the tag filter ${key} must be a list of strings.`);
  }
  if (values.length > MOST_VALUES) throw invalid(`The tag filter ${key} may have ${MOST_VALUES} values at most.`);
  const wanted = new Set<unknown>(values);
  return (tags) => tags.some(({ Key, Value }) => Key === key && (wanted.size === 0 || wanted.has(Value)));
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
