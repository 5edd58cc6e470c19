import { AwsError } from '../core/aws-error.ts';
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
