import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { elementOf } from './checksums.ts';
import type { StoredObject } from './object-store.ts';
import { MOST_PARTS } from './part-number.ts';
import { invalidArgument, invalidRequest } from './s3-errors.ts';
import { pageSize } from './s3-list-objects.ts';
import { MOST_LISTED } from './s3-list-uploads.ts';
import type { S3Request } from './s3-request.ts';
import { optionalXml, s3Document, xml } from './xml-document.ts';

const ATTRIBUTES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

/** GetObjectAttributes. Source: S3 API reference. @throws AwsError */
export function objectAttributes({ headers }: S3Request, object: StoredObject): ApiResponse {
  const header = headers['x-amz-object-attributes'] ?? '';
  const wanted = header.split(',').map((each) => each.trim());
  if (header === '') {
    throw invalidRequest(
      'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    );
  }
  if (wanted.some((name) => !ATTRIBUTES.includes(name))) {
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', header);
  }
  const { etag, size, modifiedAt, properties } = object;
  const { checksum, storageClass } = properties;
  const values: Readonly<Record<string, string>> = {
    ETag: xml('ETag', etag.replaceAll('"', '')),
    Checksum: `<Checksum>${xml(elementOf(checksum.algorithm), checksum.value)}${xml('ChecksumType', checksum.type)}</Checksum>`,
    ObjectParts: partsXml(object, headers),
    StorageClass: xml('StorageClass', storageClass),
    ObjectSize: xml('ObjectSize', size),
  };
  const content = ATTRIBUTES.filter((name) => wanted.includes(name)).map((name) => values[name]);
  return xmlResponse(s3Document('GetObjectAttributesResponse', content.join('')), 200, {
    'last-modified': new Date(modifiedAt).toUTCString(),
  });
}

/** The parts one by one only where each has a checksum of its own. */
function partsXml({ properties }: StoredObject, headers: S3Request['headers']): string {
  const { parts, checksum } = properties;
  if (parts === undefined) return '';
  const count = xml('PartsCount', parts.length);
  if (checksum.type !== 'COMPOSITE') return `<ObjectParts>${count}</ObjectParts>`;
  const query = new URLSearchParams({
    'max-parts': headers['x-amz-max-parts'] ?? '',
    'part-number-marker': headers['x-amz-part-number-marker'] ?? '',
  });
  const limit = pageSize(query, 'max-parts', MOST_LISTED);
  const marker = pageSize(query, 'part-number-marker', MOST_PARTS, 0);
  const behind = parts.filter(({ number }) => number > marker);
  const page = behind.slice(0, limit);
  const described = page.map(({ number, size, checksum: value }) => {
    const ofPart = optionalXml(elementOf(checksum.algorithm), value);
    return `<Part>${ofPart}${xml('PartNumber', number)}${xml('Size', size)}</Part>`;
  });
  return (
    `<ObjectParts>${xml('IsTruncated', behind.length > page.length)}${xml('MaxParts', limit)}` +
    `${xml('NextPartNumberMarker', page.at(-1)?.number ?? 0)}${xml('PartNumberMarker', marker)}` +
    `${described.join('')}${count}</ObjectParts>`
  );
}
