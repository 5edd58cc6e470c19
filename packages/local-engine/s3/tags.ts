import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { ServiceApi } from '../protocols/http.ts';
import { jsonService, RequestMembers } from '../protocols/json-protocol.ts';
import { encodeToken, nameInToken, unknownOperation } from '../protocols/operations.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import type { BucketSetting, Buckets } from './buckets.ts';
import { invalidArgument, malformedXml } from './errors.ts';
import { childrenOf, parseXml, s3Document, textOf, type XmlElement, xml } from './xml-document.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Source: S3 user guide, using cost allocation tags and categorizing objects by tags. */
const LIMITS = {
  bucket: {
    most: 50,
    tooMany: 'Bucket tag count cannot be greater than 50',
    ofAws: 'System tags cannot be added/updated by requester',
  },
  object: {
    most: 10,
    tooMany: 'Object tags cannot be greater than 10',
    ofAws: 'Your TagKey cannot be prefixed with aws:',
  },
};
type TagOwner = keyof typeof LIMITS;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const LEGAL = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws AwsError MalformedXML, InvalidTag, BadRequest */
export function parseTagging(document: string, owner: TagOwner): readonly Tag[] {
  const sets = childrenOf(parseXml(document, 'Tagging'), 'TagSet');
  const [set] = sets;
  if (set === undefined || sets.length > 1) throw malformedXml();
  return tagsIn(set, owner);
}

/** Tags of an element such as TagSet. @throws AwsError */
export function tagsIn(element: XmlElement, owner: TagOwner): readonly Tag[] {
  const tags = element.children.map((child) => {
    const [Key, Value] = [textOf(child, 'Key'), textOf(child, 'Value')];
    if (child.name !== 'Tag' || Key === undefined || Value === undefined) throw malformedXml();
    return { Key, Value };
  });
  return checkedTags(tags, owner);
}

/** Tags of the header `x-amz-tagging`, which are written as a query string. @throws AwsError */
export function tagsOfHeader(header: string | undefined): readonly Tag[] {
  if (header === undefined || header === '') return [];
  // As bytes of UTF-8, as headers come.
  const parameters = [...new URLSearchParams(Buffer.from(header, 'latin1').toString('utf8'))];
  const isWrong = new Set(parameters.map(([key]) => key)).size < parameters.length || /[^&]*=[^&]*=/.test(header);
  if (isWrong) {
    const message =
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
    throw invalidArgument(message, 'x-amz-tagging', header);
  }
  return checkedTags(
    parameters.map(([Key, Value]) => ({ Key, Value })),
    'object',
  );
}

function checkedTags(tags: readonly Tag[], owner: TagOwner): readonly Tag[] {
  const limits = LIMITS[owner];
  const seen = new Set<string>();
  for (const { Key: TagKey, Value: TagValue } of tags) {
    if (TagKey === '' || TagKey.length > LONGEST_KEY || !LEGAL.test(TagKey)) {
      throw invalidTag('The TagKey you have provided is invalid', { TagKey });
    }
    if (TagKey.toLowerCase().startsWith('aws:')) throw invalidTag(limits.ofAws, { TagKey });
    if (TagValue.length > LONGEST_VALUE || !LEGAL.test(TagValue)) {
      throw invalidTag('The TagValue you have provided is invalid', { TagKey, TagValue });
    }
    if (seen.has(TagKey)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey });
    seen.add(TagKey);
  }
  if (tags.length > limits.most) throw new AwsError('BadRequest', limits.tooMany);
  return tags;
}

function invalidTag(message: string, details: Readonly<Record<string, string>>): AwsError {
  return new AwsError('InvalidTag', message, 400, details);
}

export function taggingDocument(tags: readonly Tag[]): string {
  const elements = tags.map(({ Key, Value }) => `<Tag>${xml('Key', Key)}${xml('Value', Value)}</Tag>`);
  return s3Document('Tagging', `<TagSet>${elements.join('')}</TagSet>`);
}

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
  return jsonService(
    '1.1',
    (operation, request, { region }) => {
      if (operation !== 'GetResources') throw unknownOperation('tagging', operation);
      return getResources(props, request, region);
    },
    new RequestSchemas('@aws-sdk/client-resource-groups-tagging-api'),
  );
}

/** A page may have fewer buckets than the request wants, and still a token for the next; the last page's token is empty. */
function getResources(
  { account, buckets }: TaggingProps,
  request: Readonly<Record<string, unknown>>,
  region: string,
): object {
  const members = new RequestMembers(request, 'InvalidParameterException');
  const arns = members.texts('ResourceARNList', { most: MOST_ARNS });
  checkTypes(members);
  const answer = (found: readonly BucketSetting[], token: string) => ({
    ResourceTagMappingList: found.map((tagged) => ({
      // A bucket's ARN has no Region and no account.
      ResourceARN: `arn:${account.partition}:s3:::${tagged.name}`,
      Tags: tagsOf(tagged),
    })),
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
