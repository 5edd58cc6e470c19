import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { jsonErrors } from '../protocols/error-formats.ts';
import { jsonResponse, type ServiceApi } from '../protocols/http.ts';
import { jsonBody, targetOperation } from '../protocols/json-protocol.ts';
import { encodeToken, nameInToken } from '../protocols/operations.ts';
import { RequestMembers } from '../protocols/request-members.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import type { BucketSetting, Buckets } from './buckets.ts';
import type { Tag } from './tags.ts';

type Request = Readonly<Record<string, unknown>>;

/** Source: Resource Groups Tagging API reference, GetResources. */
const MOST_PER_PAGE = 100;
const DEFAULT_PER_PAGE = 50;
const MOST_ARNS = 100;

/** Tagged buckets that one call reads at most, so that a search for something rare blocks no other call; the next call continues. */
const BUCKETS_SEARCHED = 2000;

/** The only resources whose tags are kept here. */
const BUCKET_TYPES: ReadonlySet<string> = new Set(['s3', 's3:bucket']);

/** Members that cannot stand beside a list of ARNs. */
const NOT_BESIDE_ARNS = ['TagFilters', 'ResourceTypeFilters', 'ResourcesPerPage', 'PaginationToken'];

interface TaggingProps {
  readonly account: Account;
  readonly buckets: Buckets;
}

/** The Resource Groups Tagging API: buckets by their tags, in the Region that is asked. */
export function resourceTaggingApi(props: TaggingProps): ServiceApi {
  const schemas = new RequestSchemas('@aws-sdk/client-resource-groups-tagging-api');
  return {
    operationOf: targetOperation,
    handle: async (operation, request) => {
      if (operation !== 'GetResources') {
        throw new AwsError('UnknownOperationException', `The local engine does not implement tagging:${operation}.`);
      }
      const members = jsonBody(request);
      schemas.check(operation, members);
      return jsonResponse(getResources(props, members, request.region), { version: '1.1' });
    },
    errorOf: jsonErrors('1.1'),
  };
}

/** A page may hold fewer than asked for, and yet a token for the next; the last page's token is empty. @throws AwsError */
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
    return answer(
      arns.flatMap((arn) => namedBy(arn, buckets)),
      '',
    );
  }
  const limit = members.wholeNumber('ResourcesPerPage', { least: 1, most: MOST_PER_PAGE }) ?? DEFAULT_PER_PAGE;
  const token = members.text('PaginationToken', { least: 0 }) ?? '';
  const filters = parseTagFilters(request.TagFilters);
  const { found, next } = search(buckets, filters, {
    after: token === '' ? '' : nameInToken(token, invalidToken),
    region,
    limit,
  });
  return answer(found, next === undefined ? '' : encodeToken({ name: next }));
}

/** Buckets with those tags, and behind which name to go on; undefined when all were seen. */
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
  if (other !== undefined) throw invalid(`${other}: the local engine knows tags of S3 buckets alone (s3).`);
  if (members.has('TagsPerPage'))
    throw invalid('The local engine does not implement TagsPerPage; give ResourcesPerPage.');
}

const invalidToken = () => invalid('The specified PaginationToken is invalid.');

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
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
