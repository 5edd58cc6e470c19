import type { Account } from '../core/account.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { elementOf } from './checksums.ts';
import { MOST_PARTS } from './part-number.ts';
import { invalidArgument } from './s3-errors.ts';
import { commonPrefix, commonPrefixXml, encodingIn, ownerXml, pageSize } from './s3-list-objects.ts';
import type { S3Request } from './s3-request.ts';
import type { Upload, UploadedPart } from './uploads.ts';
import { optionalXml, s3Document, xml } from './xml-document.ts';

/** Of one page. Source: S3 API reference, ListMultipartUploads and ListParts. */
export const MOST_LISTED = 1000;

/** @param uploaded in the order of their numbers */
export function listParts(
  { bucket, key, query }: S3Request,
  account: Account,
  { id, properties }: Upload,
  uploaded: readonly UploadedPart[],
): ApiResponse {
  const limit = pageSize(query, 'max-parts', MOST_LISTED);
  const marker = pageSize(query, 'part-number-marker', MOST_PARTS, 0);
  const behind = uploaded.filter(({ number }) => number > marker);
  const page = behind.slice(0, limit);
  const { algorithm, checksumType } = properties;
  const parts = page.map(
    (part) =>
      `<Part>${xml('PartNumber', part.number)}${xml('LastModified', new Date(part.modifiedAt).toISOString())}` +
      `${xml('ETag', part.etag)}${xml('Size', part.size)}` +
      `${algorithm === undefined ? '' : xml(elementOf(part.algorithm), part.checksum)}</Part>`,
  );
  return xmlResponse(
    s3Document(
      'ListPartsResult',
      xml('Bucket', bucket) +
        xml('Key', key) +
        xml('UploadId', id) +
        ownerXml(account, 'Initiator') +
        ownerXml(account) +
        xml('StorageClass', properties.storageClass) +
        xml('PartNumberMarker', marker) +
        xml('NextPartNumberMarker', page.at(-1)?.number ?? 0) +
        xml('MaxParts', limit) +
        xml('IsTruncated', behind.length > page.length) +
        (algorithm === undefined ? '' : xml('ChecksumAlgorithm', algorithm) + xml('ChecksumType', checksumType)) +
        parts.join(''),
    ),
  );
}

/**
 * Source: S3 API reference; answers recorded on AWS: the last page has next markers too, which are empty if it holds
 * no upload; an upload's marker without a key's is passed over.
 * @param uploads in the order of keys, and of their beginnings for each key
 * @throws AwsError
 */
export function listUploads({ bucket, query }: S3Request, account: Account, uploads: readonly Upload[]): ApiResponse {
  const { encode, encoding } = encodingIn(query);
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = keyMarker === '' ? '' : (query.get('upload-id-marker') ?? '');
  const limit = pageSize(query, 'max-uploads', MOST_LISTED);
  const behind = uploadsBehind(uploads, keyMarker, idMarker).filter(({ key }) => key.startsWith(prefix));
  const entries = new Map<string, Upload | string>();
  for (const upload of behind) {
    const common = commonPrefix(upload.key, prefix, delimiter);
    if (common === undefined) entries.set(upload.id, upload);
    else if (!keyMarker.startsWith(common)) entries.set(common, common);
  }
  const page = [...entries.values()].slice(0, limit);
  const next = page.every((entry) => typeof entry === 'string') ? undefined : page.at(-1);
  return xmlResponse(
    s3Document(
      'ListMultipartUploadsResult',
      xml('Bucket', bucket) +
        xml('KeyMarker', encode(keyMarker)) +
        xml('UploadIdMarker', idMarker) +
        xml('NextKeyMarker', encode(typeof next === 'object' ? next.key : (next ?? ''))) +
        xml('NextUploadIdMarker', typeof next === 'object' ? next.id : '') +
        optionalXml('Delimiter', delimiter === '' ? undefined : encode(delimiter)) +
        optionalXml('Prefix', prefix === '' ? undefined : encode(prefix)) +
        optionalXml('EncodingType', encoding) +
        xml('MaxUploads', limit) +
        xml('IsTruncated', limit > 0 && entries.size > page.length) +
        page.map((entry) => (typeof entry === 'string' ? '' : uploadXml(entry, account, encode))).join('') +
        page.map((entry) => (typeof entry === 'string' ? commonPrefixXml(entry, encode) : '')).join(''),
    ),
  );
}

/**
 * Those of later keys, and of the same key those behind the other marker; without that, none of the same key.
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
  return (
    `<Upload>${xml('Key', encode(key))}${xml('UploadId', id)}${ownerXml(account, 'Initiator')}${ownerXml(account)}` +
    `${xml('StorageClass', storageClass)}${xml('Initiated', new Date(initiatedAt).toISOString())}` +
    `${algorithm === undefined ? '' : xml('ChecksumAlgorithm', algorithm) + xml('ChecksumType', checksumType)}</Upload>`
  );
}
