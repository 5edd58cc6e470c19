import { AwsError } from '../core/aws-error.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import type { ObjectStore } from './object-store.ts';
import { checkRemoval } from './preconditions.ts';
import { invalidRequest, malformedXml, notImplemented } from './s3-errors.ts';
import type { S3Objects } from './s3-objects.ts';
import { documentOf } from './s3-payload.ts';
import type { S3Request } from './s3-request.ts';
import { optionalXml, parseXml, s3Document, textOf, xml } from './xml-document.ts';

/** One object that a request removes. */
interface Removal {
  readonly key: string;
  readonly version: string | undefined;
  readonly etag: string | undefined;
}

/** Source: S3 API reference, DeleteObjects. */
const MOST_OBJECTS = 1000;

/** Elements by which directory buckets choose. */
const DIRECTORY_ONLY = ['LastModifiedTime', 'Size'];

/** The objects that a request removes, as its document says. @throws AwsError */
export function removalsIn(document: string): { readonly removals: readonly Removal[]; readonly isQuiet: boolean } {
  const request = parseXml(document, 'Delete');
  const isQuiet = textOf(request, 'Quiet')?.trim().toLowerCase() === 'true';
  const elements = request.children.filter(({ name }) => name !== 'Quiet');
  if (elements.length === 0 || elements.length > MOST_OBJECTS) throw malformedXml();
  const removals = elements.map((element) => {
    const key = textOf(element, 'Key');
    if (element.name !== 'Object' || key === undefined || key === '') throw malformedXml();
    const other = DIRECTORY_ONLY.find((name) => textOf(element, name) !== undefined);
    if (other !== undefined) throw notImplemented(`${other} with s3:DeleteObjects, which is for directory buckets`);
    return { key, version: textOf(element, 'VersionId'), etag: textOf(element, 'ETag') };
  });
  return { removals, isQuiet };
}

/** S3 removes several objects only for a request that vouches for its body. Source: S3 API reference, DeleteObjects. */
function checkIntegrity(headers: S3Request['headers']): void {
  const names = Object.keys(headers);
  if (names.some((name) => name === 'content-md5' || name === 'x-amz-trailer' || name.startsWith('x-amz-checksum-'))) {
    return;
  }
  throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
}

/** Removes several objects, each by itself. Source: S3 API reference, DeleteObjects; answers recorded on AWS. */
export function deleteObjects(request: S3Request, objects: S3Objects, store: ObjectStore): ApiResponse {
  const { bucket, headers } = request;
  checkIntegrity(headers);
  const { removals, isQuiet } = removalsIn(documentOf(request));
  const results = removals.map(({ key, version, etag }) => {
    try {
      if (version !== undefined && version !== 'null') {
        throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
      }
      checkRemoval(etag === undefined ? {} : { 'if-match': etag }, key, store.find(bucket, key));
      objects.remove(bucket, key);
      return isQuiet ? '' : `<Deleted>${xml('Key', key)}${optionalXml('VersionId', version)}</Deleted>`;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message } = error;
      const said = xml('Key', key) + optionalXml('VersionId', version) + xml('Code', code) + xml('Message', message);
      return `<Error>${said}</Error>`;
    }
  });
  return xmlResponse(s3Document('DeleteResult', results.join('')));
}
