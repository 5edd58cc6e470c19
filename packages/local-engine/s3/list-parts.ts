import type { Account } from '../core/account.ts';
import { elementOf } from './checksums.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import { commonPrefix, commonPrefixesXml, encodingIn, ownerXml, pageSize } from './list-objects.ts';
import { findUpload } from './multipart.ts';
import type { StoredObject } from './object-store.ts';
import { findObject } from './objects.ts';
import type { Operation, S3Request } from './request.ts';
import { MOST_PARTS, type Upload } from './uploads.ts';
import { documentAnswer, fields, xml } from './xml-document.ts';

/** Of one page. Source: S3 API reference, ListMultipartUploads and ListParts. */
const MOST_LISTED = 1000;

/** A page of parts, which are in the order of their numbers. @throws AwsError */
function pageOfParts<T extends { readonly number: number }>(parts: readonly T[], query: URLSearchParams) {
  const limit = pageSize(query, 'max-parts', MOST_LISTED);
  const marker = pageSize(query, 'part-number-marker', MOST_PARTS, 0);
  const rest = parts.filter(({ number }) => number > marker);
  const page = rest.slice(0, limit);
  return { page, limit, marker, next: page.at(-1)?.number ?? 0, isTruncated: rest.length > page.length };
}

/** The parts of an upload. */
export const listParts: Operation = (state, request) => {
  const { bucket, key, query } = request;
  const upload = findUpload(state, request);
  const { algorithm, checksumType, storageClass } = upload.properties;
  const { page, limit, marker, next, isTruncated } = pageOfParts(state.uploads.parts(upload), query);
  const parts = page.map((part) => {
    const members = {
      PartNumber: part.number,
      LastModified: new Date(part.modifiedAt).toISOString(),
      ETag: part.etag,
      Size: part.size,
      ...(algorithm !== undefined && { [elementOf(part.algorithm)]: part.checksum }),
    };
    return `<Part>${fields(members)}</Part>`;
  });
  return documentAnswer(
    'ListPartsResult',
    fields({ Bucket: bucket, Key: key, UploadId: upload.id }) +
      ownerXml(state.account, 'Initiator') +
      ownerXml(state.account) +
      fields({
        StorageClass: storageClass,
        PartNumberMarker: marker,
        NextPartNumberMarker: next,
        MaxParts: limit,
        IsTruncated: isTruncated,
        ...(algorithm !== undefined && { ChecksumAlgorithm: algorithm, ChecksumType: checksumType }),
      }) +
      parts.join(''),
  );
};

/**
 * The uploads of a bucket.
 * Source: S3 API reference; answers recorded on AWS: the last page has next markers too, which are empty if it holds
 * no upload; an upload's marker without a key's has no effect.
 */
export const listMultipartUploads: Operation = ({ uploads, account }, { bucket, query }) => {
  const { encode, encoding } = encodingIn(query);
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = keyMarker === '' ? '' : (query.get('upload-id-marker') ?? '');
  const limit = pageSize(query, 'max-uploads', MOST_LISTED);
  const entries = new Map<string, Upload | string>();
  for (const upload of uploadsBehind(uploads.ofBucket(bucket), keyMarker, idMarker)) {
    if (!upload.key.startsWith(prefix)) continue;
    const common = commonPrefix(upload.key, prefix, delimiter);
    if (common === undefined) entries.set(upload.id, upload);
    else if (!keyMarker.startsWith(common)) entries.set(common, common);
  }
  const page = [...entries.values()].slice(0, limit);
  const next = page.every((entry) => typeof entry === 'string') ? undefined : page.at(-1);
  const listed = page.map((entry) => (typeof entry === 'string' ? '' : uploadXml(entry, account, encode)));
  return documentAnswer(
    'ListMultipartUploadsResult',
    fields({
      Bucket: bucket,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: encode(typeof next === 'object' ? next.key : (next ?? '')),
      NextUploadIdMarker: typeof next === 'object' ? next.id : '',
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      Prefix: prefix === '' ? undefined : encode(prefix),
      EncodingType: encoding,
      MaxUploads: limit,
      IsTruncated: limit > 0 && entries.size > page.length,
    }) +
      listed.join('') +
      commonPrefixesXml(page, encode),
  );
};

/**
 * Uploads of later keys, and of the same key those behind the other marker; without that, none of the same key.
 * @param uploads in the order of keys, and of their beginnings for each key
 * @throws AwsError for the marker of another key's upload
 */
function uploadsBehind(uploads: readonly Upload[], keyMarker: string, idMarker: string): readonly Upload[] {
  if (keyMarker === '') return uploads;
  if (uploads.some(({ key, id }) => id === idMarker && key !== keyMarker)) {
    throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', idMarker);
  }
  const marker = uploads.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  if (idMarker !== '' && marker >= 0) return uploads.slice(marker + 1);
  return uploads.filter(({ key }) => Buffer.compare(Buffer.from(key), Buffer.from(keyMarker)) > 0);
}

function uploadXml({ id, key, initiatedAt, properties }: Upload, account: Account, encode: (text: string) => string) {
  const { storageClass, algorithm, checksumType } = properties;
  const about = {
    StorageClass: storageClass,
    Initiated: new Date(initiatedAt).toISOString(),
    ...(algorithm !== undefined && { ChecksumAlgorithm: algorithm, ChecksumType: checksumType }),
  };
  const owners = ownerXml(account, 'Initiator') + ownerXml(account);
  return `<Upload>${fields({ Key: encode(key), UploadId: id })}${owners}${fields(about)}</Upload>`;
}

const ATTRIBUTES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

/** The attributes that a client names, parts included. Source: S3 API reference, GetObjectAttributes. */
export const getObjectAttributes: Operation = (state, request) => {
  const object = findObject(state, request);
  const header = request.headers['x-amz-object-attributes'] ?? '';
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
  const ofChecksum = fields({ [elementOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type });
  const values: Readonly<Record<string, string>> = {
    ETag: xml('ETag', etag.replaceAll('"', '')),
    Checksum: `<Checksum>${ofChecksum}</Checksum>`,
    ObjectParts: partsXml(object, request.headers),
    StorageClass: xml('StorageClass', storageClass),
    ObjectSize: xml('ObjectSize', size),
  };
  const content = ATTRIBUTES.filter((name) => wanted.includes(name)).map((name) => values[name]);
  const lastModified = new Date(modifiedAt).toUTCString();
  return documentAnswer('GetObjectAttributesResponse', content.join(''), { 'last-modified': lastModified });
};

/** Each part is listed only where it has a checksum of its own. */
function partsXml({ properties }: StoredObject, headers: S3Request['headers']): string {
  const { parts, checksum } = properties;
  if (parts === undefined) return '';
  const count = xml('PartsCount', parts.length);
  if (checksum.type !== 'COMPOSITE') return `<ObjectParts>${count}</ObjectParts>`;
  const query = new URLSearchParams({
    'max-parts': headers['x-amz-max-parts'] ?? '',
    'part-number-marker': headers['x-amz-part-number-marker'] ?? '',
  });
  const { page, limit, marker, next, isTruncated } = pageOfParts(parts, query);
  const described = page.map(({ number, size, checksum: value }) => {
    const ofPart = fields({ [elementOf(checksum.algorithm)]: value, PartNumber: number, Size: size });
    return `<Part>${ofPart}</Part>`;
  });
  const ofPage = { IsTruncated: isTruncated, MaxParts: limit, NextPartNumberMarker: next, PartNumberMarker: marker };
  return `<ObjectParts>${fields(ofPage)}${described.join('')}${count}</ObjectParts>`;
}
