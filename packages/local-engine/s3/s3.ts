import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import {
  type ApiRequest,
  type ApiRequestHead,
  type ApiResponse,
  type CorsAnswer,
  xmlResponse,
} from '../protocols/http.ts';
import type { Storage } from '../storage/storage.ts';
import { defaultAnswer, missingConfiguration, ownersAcl, policyStatus } from './bucket-defaults.ts';
import { BucketSettings, type SettingName } from './bucket-settings.ts';
import { Buckets } from './buckets.ts';
import { Contents } from './contents.ts';
import { objectAttributes } from './object-attributes.ts';
import { ObjectStore } from './object-store.ts';
import { checkPresigned } from './presigned.ts';
import { S3Copy } from './s3-copy.ts';
import { corsHeaders, corsRules, crossOriginOf } from './s3-cors.ts';
import { newBucket } from './s3-create-bucket.ts';
import { deleteObjects } from './s3-delete-objects.ts';
import { accessDenied, headerNotImplemented, invalidArgument, noSuchBucket, notImplemented } from './s3-errors.ts';
import { listBuckets } from './s3-list-buckets.ts';
import { listObjects, listObjectsV2, listVersions } from './s3-list-objects.ts';
import { listParts, listUploads } from './s3-list-uploads.ts';
import { S3Multipart } from './s3-multipart.ts';
import { S3Objects } from './s3-objects.ts';
import type { OperationName } from './s3-operations.ts';
import { type S3Request, s3Request } from './s3-request.ts';
import { Uploads } from './uploads.ts';
import { s3Document } from './xml-document.ts';

interface S3Props {
  readonly account: Account;
  readonly storage: Storage;
  readonly clock: Clock;
}

type Operation = (request: S3Request) => ApiResponse;

/** Source: S3 API reference: an object's key has 1024 bytes of UTF-8 at most. */
const LONGEST_KEY = 1024;

/** S3: buckets with their settings, and objects. */
export class S3 {
  readonly buckets: Buckets;
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #settings: BucketSettings;
  readonly #store: ObjectStore;
  readonly #uploads: Uploads;
  readonly #operations: Readonly<Record<OperationName, Operation>>;

  constructor({ account, storage, clock }: S3Props) {
    const contents = new Contents(storage);
    this.buckets = new Buckets(storage);
    this.#account = account;
    this.#clock = clock;
    this.#settings = new BucketSettings(this.buckets, account);
    this.#store = new ObjectStore(storage, contents);
    this.#uploads = new Uploads(storage, contents);
    this.#operations = this.#makeOperations(contents);
  }

  /** @throws AwsError what S3 would answer */
  async handle(request: ApiRequest): Promise<ApiResponse> {
    const asked = s3Request(request);
    const { operation, refusal } = asked;
    if (operation === undefined) throw this.#refusal(asked, refusal);
    checkPresigned(asked.query, this.#clock.now());
    if (asked.bucket !== '' && operation !== 'CreateBucket') this.#checkBucket(asked);
    this.#checkHeaders(asked);
    if (Buffer.byteLength(asked.key) > LONGEST_KEY) {
      const details = { Size: Buffer.byteLength(asked.key), MaxSizeAllowed: LONGEST_KEY };
      throw new AwsError('KeyTooLongError', 'Your key is too long', 400, details);
    }
    return this.#operations[operation](asked);
  }

  /** Headers of the answer to a page of another origin; undefined for a page that the bucket's CORS rules do not let in. */
  crossOrigin(request: ApiRequestHead): CorsAnswer | undefined {
    const asked = crossOriginOf(request);
    const document = asked && this.buckets.find(asked.bucket) && this.#settings.find(asked.bucket, 'cors');
    const headers = asked && document !== undefined ? corsHeaders(corsRules(document), asked) : undefined;
    return headers && { headers };
  }

  #makeOperations(contents: Contents): Readonly<Record<OperationName, Operation>> {
    const [account, store, uploads] = [this.#account, this.#store, this.#uploads];
    const objects = new S3Objects({ store, contents, uploads, clock: this.#clock });
    const hasBucket = (name: string) => this.buckets.find(name) !== undefined;
    const copy = new S3Copy({ hasBucket, accountId: account.id, objects, store, contents, clock: this.#clock });
    const multipart = new S3Multipart({ uploads, contents, store, objects, copy });
    const get = (name: SettingName) => (request: S3Request) => this.#settings.get(request, name);
    const put = (name: SettingName) => (request: S3Request) => this.#settings.put(request, name);
    const remove = (name: SettingName) => (request: S3Request) => this.#settings.remove(request, name);
    return {
      ListBuckets: (request) => listBuckets(this.buckets, account, request.query),
      CreateBucket: (request) => this.#createBucket(request),
      HeadBucket: (request) => this.#headBucket(request),
      DeleteBucket: (request) => this.#deleteBucket(request),
      ListObjects: (request) => this.#inRegion(request, listObjects(store, account, request)),
      ListObjectsV2: (request) => this.#inRegion(request, listObjectsV2(store, account, request)),
      DeleteObjects: (request) => deleteObjects(request, objects, store),
      ListMultipartUploads: (request) => listUploads(request, account, uploads.ofBucket(request.bucket)),
      GetBucketLocation: ({ bucket }) => this.#location(bucket),
      ListObjectVersions: (request) => listVersions(store, account, request),
      GetBucketAcl: () => ownersAcl(account),
      GetBucketAccelerateConfiguration: () => defaultAnswer('GetBucketAccelerateConfiguration'),
      GetBucketEncryption: () => defaultAnswer('GetBucketEncryption'),
      GetBucketLogging: () => defaultAnswer('GetBucketLogging'),
      GetBucketNotificationConfiguration: () => defaultAnswer('GetBucketNotificationConfiguration'),
      GetBucketRequestPayment: () => defaultAnswer('GetBucketRequestPayment'),
      GetBucketVersioning: () => defaultAnswer('GetBucketVersioning'),
      GetBucketReplication: ({ bucket }) => {
        throw missingConfiguration('GetBucketReplication', bucket);
      },
      GetBucketWebsite: ({ bucket }) => {
        throw missingConfiguration('GetBucketWebsite', bucket);
      },
      GetObjectLockConfiguration: ({ bucket }) => {
        throw missingConfiguration('GetObjectLockConfiguration', bucket);
      },
      GetBucketPolicyStatus: (request) => policyStatus(String(this.#settings.get(request, 'policy').body)),
      GetBucketTagging: get('tagging'),
      PutBucketTagging: put('tagging'),
      DeleteBucketTagging: remove('tagging'),
      GetBucketCors: get('cors'),
      PutBucketCors: put('cors'),
      DeleteBucketCors: remove('cors'),
      GetBucketPolicy: get('policy'),
      PutBucketPolicy: put('policy'),
      DeleteBucketPolicy: remove('policy'),
      GetPublicAccessBlock: get('publicAccessBlock'),
      PutPublicAccessBlock: put('publicAccessBlock'),
      DeletePublicAccessBlock: remove('publicAccessBlock'),
      GetBucketOwnershipControls: get('ownershipControls'),
      PutBucketOwnershipControls: put('ownershipControls'),
      DeleteBucketOwnershipControls: remove('ownershipControls'),
      GetBucketLifecycleConfiguration: get('lifecycle'),
      PutBucketLifecycleConfiguration: put('lifecycle'),
      DeleteBucketLifecycle: remove('lifecycle'),
      PutObject: (request) => objects.put(request),
      GetObject: (request) => objects.get(request),
      HeadObject: (request) => objects.get(request),
      DeleteObject: (request) => objects.delete(request),
      CopyObject: (request) => copy.copy(request),
      GetObjectAttributes: (request) => objectAttributes(request, objects.find(request)),
      GetObjectAcl: (request) => {
        objects.find(request);
        return ownersAcl(account);
      },
      GetObjectTagging: (request) => objects.getTagging(request),
      PutObjectTagging: (request) => objects.putTagging(request),
      DeleteObjectTagging: (request) => objects.deleteTagging(request),
      CreateMultipartUpload: (request) => multipart.create(request),
      UploadPart: (request) => multipart.uploadPart(request),
      UploadPartCopy: (request) => multipart.uploadPartCopy(request),
      CompleteMultipartUpload: (request) => multipart.complete(request),
      AbortMultipartUpload: (request) => multipart.abort(request),
      ListParts: (request) => {
        const upload = multipart.find(request);
        return listParts(request, account, upload, uploads.parts(upload));
      },
    };
  }

  /** @throws AwsError for a bucket that is not there, or that the client does not expect to be this account's */
  #checkBucket({ bucket, headers }: S3Request): void {
    if (this.buckets.find(bucket) === undefined) throw noSuchBucket(bucket);
    const owner = headers['x-amz-expected-bucket-owner'];
    if (owner === undefined || owner === this.#account.id) return;
    if (/^\d{12}$/.test(owner)) throw accessDenied();
    const message = 'The value of the expected bucket owner parameter must be an AWS account ID';
    throw new AwsError('InvalidBucketOwnerAWSAccountID', message, 400, { 'x-amz-expected-bucket-owner': owner });
  }

  /** What is not here is refused, in a bucket that is. */
  #refusal({ name, bucket }: S3Request, refusal = notImplemented(`s3:${name}`)): AwsError {
    const isThere = bucket === '' || name === 'CreateBucket' || this.buckets.find(bucket) !== undefined;
    return isThere || refusal.code !== 'NotImplemented' ? refusal : noSuchBucket(bucket);
  }

  /** Headers that depend on what the bucket has. @throws AwsError */
  #checkHeaders({ bucket, key, headers }: S3Request): void {
    if ('x-amz-bypass-governance-retention' in headers) {
      const name = 'x-amz-bypass-governance-retention';
      throw invalidArgument(`${name} is only applicable to Object Lock enabled buckets.`, name);
    }
    const acl = headers['x-amz-acl'];
    if (key === '' || acl === undefined || acl === 'private' || acl === 'bucket-owner-full-control') return;
    const isEnforced = this.#settings.find(bucket, 'ownershipControls')?.includes('BucketOwnerEnforced') ?? false;
    if (!isEnforced) throw headerNotImplemented('x-amz-acl');
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }

  /** Source: S3 API reference, CreateBucket and error responses. */
  #createBucket(request: S3Request): ApiResponse {
    const { bucket: name } = request;
    const { settings, location, ...bucket } = newBucket(request, this.#account);
    const answer = { status: 200, headers: { location }, body: '' };
    if (this.buckets.find(name)) {
      // us-east-1 alone answers 200, but not for account-regional names.
      if (bucket.region === 'us-east-1' && bucket.namespace === 'global') return answer;
      const message = 'Your previous request to create the named bucket succeeded and you already own it.';
      throw new AwsError('BucketAlreadyOwnedByYou', message, 409, { BucketName: name });
    }
    this.buckets.add({ name, createdAt: this.#clock.now(), ...bucket });
    for (const [setting, document] of settings) this.buckets.putSetting(name, setting, document);
    return answer;
  }

  /** Lists of objects name their bucket's Region. Source: answers recorded on AWS. */
  #inRegion({ bucket }: S3Request, answer: ApiResponse): ApiResponse {
    const region = this.buckets.find(bucket)?.region ?? '';
    return { ...answer, headers: { ...answer.headers, 'x-amz-bucket-region': region } };
  }

  /** Source: S3 API reference, HeadBucket. */
  #headBucket({ bucket }: S3Request): ApiResponse {
    const region = this.buckets.find(bucket)?.region ?? '';
    const headers = { 'x-amz-bucket-region': region, 'x-amz-access-point-alias': 'false' };
    return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body: '' };
  }

  /** Uploads that are under way go with it. @throws AwsError if it still holds an object */
  #deleteBucket({ bucket }: S3Request): ApiResponse {
    if (!this.#store.isEmpty(bucket)) {
      const message = 'The bucket you tried to delete is not empty';
      throw new AwsError('BucketNotEmpty', message, 409, { BucketName: bucket });
    }
    this.#uploads.removeAll(bucket);
    this.buckets.remove(bucket);
    return { status: 204, headers: {}, body: '' };
  }

  #location(bucket: string): ApiResponse {
    return xmlResponse(s3Document('LocationConstraint', this.buckets.find(bucket)?.constraint ?? ''));
  }
}
