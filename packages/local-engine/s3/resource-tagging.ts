import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { ApiRequest, ServiceApi } from '../protocols/http.ts';
import { jsonService, RequestMembers } from '../protocols/json-protocol.ts';
import { encodeToken, nameInToken, unknownOperation } from '../protocols/operations.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import type { BucketSetting, Buckets } from './buckets.ts';
import type { Tag } from './tags.ts';

type Request = Readonly<Record<string, unknown>>;

/** Source: Resource Groups Tagging API reference, GetResources. */
const MOST_PER_PAGE = 100;
const DEFAULT_PER_PAGE = 50;
const MOST_ARNS = 100;
const MOST_FILTERS = 50;
const MOST_VALUES = 20;

/** Tagged buckets that one call reads at most, so that a search for something rare blocks no other call; the next call continues. */
const BUCKETS_SEARCHED = 2000;

/** The engine keeps tags of no other resources. */
const BUCKET_TYPES: ReadonlySet<string> = new Set(['s3', 's3:bucket']);

/** Members that a request with ARNs cannot have. */
const NOT_BESIDE_ARNS = ['TagFilters', 'ResourceTypeFilters', 'ResourcesPerPage', 'PaginationToken'];

interface TaggingProps {
  readonly account: Account;
  readonly buckets: Buckets;
}

/** The Resource Groups Tagging API: buckets by their tags, in the Region of the request. */
export function resourceTaggingApi(props: TaggingProps): ServiceApi {
  const answer = (operation: string, request: Request, { region }: ApiRequest) => {
    if (operation !== 'GetResources') throw unknownOperation('tagging', operation);
    return getResources(props, request, region);
  };
  return jsonService('1.1', answer, new RequestSchemas('@aws-sdk/client-resource-groups-tagging-api'));
}

/** A page may have fewer buckets than the request wants, and still a token for the next; the last page's token is empty. */
function getResources({ account, buckets }: TaggingProps, request: Request, region: string): object {
  const members = new RequestMembers(request, 'InvalidParameterException');
  const arns = members.texts('ResourceARNList', { most: MOST_ARNS });
  checkTypes(members);
  const answer = (found: readonly BucketSetting[], token: string) => ({
    ResourceTagMappingList: found.map((tagged) => ({ ResourceARN: arnOf(account, tagged.name), Tags: tagsOf(tagged) })),
    PaginationToken: token,
  });
  if (arns !== undefined) {
    const beside = NOT_BESIDE_ARNS.find((name) => members.has(name));
    if (beside !== undefined) throw invalid(`ResourceARNList and ${beside} cannot be given together.`);
    const named = arns.flatMap((arn) => namedBy(arn, buckets));
    return answer(named, '');
  }
  const limit = members.wholeNumber('ResourcesPerPage', { least: 1, most: MOST_PER_PAGE }) ?? DEFAULT_PER_PAGE;
  const token = members.text('PaginationToken', { least: 0 }) ?? '';
  const filters = parseTagFilters(request.TagFilters);
  const after = token === '' ? '' : nameInToken(token, () => invalid('The specified PaginationToken is invalid.'));
  const { found, next } = search(buckets, filters, { after, region, limit });
  return answer(found, next === undefined ? '' : encodeToken({ name: next }));
}

/** Buckets with those tags, and the last name that was read; undefined when all were read. */
function search(
  buckets: Buckets,
  filters: readonly TagFilter[],
  { after, region, limit }: { after: string; region: string; limit: number },
): { found: readonly BucketSetting[]; next: string | undefined } {
  const found: BucketSetting[] = [];
  let last = after;
  for (let searched = 0; searched < BUCKETS_SEARCHED; searched += MOST_PER_PAGE) {
    const page = buckets.pageOfSetting('tagging', { after: last, region, limit: MOST_PER_PAGE });
    for (const tagged of page) {
      const tags = tagsOf(tagged);
      if (filters.every((matches) => matches(tags))) {
        if (found.length === limit) return { found, next: last };
        found.push(tagged);
      }
      last = tagged.name;
    }
    if (page.length < MOST_PER_PAGE) return { found, next: undefined };
  }
  return { found, next: last };
}

function namedBy(arn: string, buckets: Buckets): BucketSetting[] {
  const name = /^arn:[^:]+:s3:::([^/]+)$/.exec(arn)?.[1] ?? '';
  const document = buckets.setting(name, 'tagging');
  return document === undefined ? [] : [{ name, document }];
}

function tagsOf({ document }: BucketSetting): Tag[] {
  return JSON.parse(document);
}

/** A bucket's ARN has no Region and no account. */
function arnOf({ partition }: Account, name: string): string {
  return `arn:${partition}:s3:::${name}`;
}

function checkTypes(members: RequestMembers): void {
  const other = members.texts('ResourceTypeFilters')?.find((type) => !BUCKET_TYPES.has(type));
  if (other !== undefined) throw invalid(`${other}: the local engine has tags of S3 buckets only (s3).`);
  if (!members.has('TagsPerPage')) return;
  throw invalid('The local engine does not implement TagsPerPage; give ResourcesPerPage.');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** Whether a filter matches a resource with these tags. */
type TagFilter = (tags: readonly Tag[]) => boolean;

/**
 * TagFilters of a request. A resource must match all of them: for each, it must have the key with any one of the values; no
 * values match every value.
 * @param filters of the types in the operation's schema
 * @throws AwsError
 */
function parseTagFilters(filters: unknown): readonly TagFilter[] {
  const written = (filters ?? []) as readonly { Key?: string | null; Values?: readonly string[] | null }[];
  if (written.length > MOST_FILTERS) throw invalid(`TagFilters may have ${MOST_FILTERS} keys at most.`);
  return written.map(({ Key: key, Values }) => {
    if (!key) throw invalid('Each of TagFilters must have a Key.');
    const wanted = new Set(Values);
    if ((Values?.length ?? 0) > MOST_VALUES) {
      throw invalid(`The tag filter ${key} may have ${MOST_VALUES} values at most.`);
    }
    return (tags) => tags.some(({ Key, Value }) => Key === key && (wanted.size === 0 || wanted.has(Value)));
  });
}
