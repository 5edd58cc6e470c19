import { AwsError } from '../core/aws-error.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Whether a resource with these tags is wanted. */
export type TagFilter = (tags: readonly Tag[]) => boolean;

/** Source: Resource Groups Tagging API reference, GetResources. */
const MOST_FILTERS = 50;
const MOST_VALUES = 20;

interface WrittenFilter {
  readonly Key?: string | null;
  readonly Values?: readonly string[] | null;
}

/**
 * TagFilters of a request: a resource must satisfy all of them, and has for each the key with any one of the values; no
 * values stand for any.
 * @param filters of the types that the operation's schema says
 * @throws AwsError
 */
export function parseTagFilters(filters: unknown): readonly TagFilter[] {
  const written = (filters ?? []) as readonly WrittenFilter[];
  if (written.length > MOST_FILTERS) throw invalid(`TagFilters may have ${MOST_FILTERS} keys at most.`);
  return written.map(parseFilter);
}

function parseFilter({ Key: key, Values }: WrittenFilter): TagFilter {
  if (!key) throw invalid('Each of TagFilters must have a Key.');
  const values = Values ?? [];
  if (values.length > MOST_VALUES) throw invalid(`The tag filter ${key} may have ${MOST_VALUES} values at most.`);
  const wanted = new Set(values);
  return (tags) => tags.some(({ Key, Value }) => Key === key && (wanted.size === 0 || wanted.has(Value)));
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
