import { buildApp } from 'fauxqs';
import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import { S3Store, SnsStore, SqsStore } from '../fauxqs-stores.ts';
import { type ApiRequest, type ApiResponse, escapeXml, xmlResponse } from '../gateway/http.ts';
import type { Storage } from '../storage.ts';
import { type Bucket, Buckets } from './buckets.ts';
import { newBucket, S3_XML } from './s3-create-bucket.ts';
import { listBuckets } from './s3-list-buckets.ts';
import { parseTarget, SETTINGS, unknownParameter } from './s3-request.ts';

interface S3Props {
  readonly account: Account;
  readonly storage: Storage;
  readonly clock: Clock;
}

/**
 * S3: fauxqs's store and object API, behind a thin layer for what it lacks: the answers of CreateBucket, namespaces,
 * lists of buckets in pages, tags, CORS, policies and the public access block.
 */
export class S3 {
  readonly buckets: Buckets;
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #storage: Storage;
  readonly #store = new S3Store();
  readonly #fauxqs: ReturnType<typeof buildApp>;

  constructor({ account, storage, clock }: S3Props) {
    this.buckets = new Buckets(storage);
    this.#account = account;
    this.#clock = clock;
    this.#storage = storage;
    // Names are checked here; fauxqs would refuse a dot beside a dash, which S3 allows.
    Object.assign(this.#store, { validateBucketName: () => {} });
    storage.fauxqs?.loadS3(this.#store);
    // What is loaded must not be written again: that would drop lifecycles.
    if (storage.fauxqs) Object.assign(this.#store, { persistence: storage.fauxqs });
    const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: this.#store };
    this.#fauxqs = buildApp({ logger: false, stores });
  }

  /** @throws AwsError what S3 would answer */
  async handle(request: ApiRequest): Promise<ApiResponse> {
    const { bucket, key, setting } = parseTarget(request);
    if (bucket === '' && request.method === 'GET') return listBuckets(this.buckets, this.#account, request);
    if (bucket === '' || key !== '') return this.forward(request);
    if (setting !== undefined) return this.#setting(request, bucket, setting);
    const { searchParams } = request.url;
    if (searchParams.has('location')) return this.#location(bucket);
    const unknown = unknownParameter(request);
    if (unknown !== undefined) {
      throw new AwsError('NotImplemented', `The local engine does not implement ?${unknown} of a bucket.`, 501);
    }
    if (searchParams.has('lifecycle')) return this.forward(request);
    if (request.method === 'PUT') return this.#createBucket(request, bucket);
    if (request.method === 'HEAD') return this.#headBucket(bucket);
    if (request.method === 'DELETE') return this.#deleteBucket(bucket);
    return this.forward(request);
  }

  /** Hands a request to fauxqs. */
  async forward({ method, target, headers, body }: Omit<ApiRequest, 'url' | 'region'>): Promise<ApiResponse> {
    const answer = await this.#fauxqs.inject({
      method: method as 'GET',
      url: target,
      // fauxqs takes a host name with dots for a bucket; the gateway has read the bucket from the path.
      headers: { ...(headers as Record<string, string>), host: 'localhost' },
      payload: body,
    });
    this.#storage.changed();
    const responseHeaders = Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined || name === 'transfer-encoding' ? [] : [[name, String(value)]],
    );
    return { status: answer.statusCode, headers: Object.fromEntries(responseHeaders), body: answer.rawPayload };
  }

  async close(): Promise<void> {
    await this.#fauxqs.close();
  }

  /** Source: S3 API reference, CreateBucket and error responses. */
  #createBucket(request: ApiRequest, name: string): ApiResponse {
    const { region, namespace, settings, location } = newBucket(request, name, this.#account);
    if (this.buckets.find(name)) {
      // us-east-1 alone answers 200, but not for account-regional names.
      if (region === 'us-east-1' && namespace === 'global') return xmlResponse('', 200, { location });
      const message = 'Your previous request to create the named bucket succeeded and you already own it.';
      throw new AwsError('BucketAlreadyOwnedByYou', message, 409, { BucketName: name });
    }
    this.#store.createBucket(name);
    this.buckets.add({ name, region, namespace, createdAt: this.#clock.now() });
    for (const [setting, document] of settings) this.buckets.putSetting(name, setting, document);
    return xmlResponse('', 200, { location });
  }

  /** Source: S3 API reference, HeadBucket. */
  #headBucket(name: string): ApiResponse {
    return { status: 200, headers: { 'x-amz-bucket-region': this.#bucket(name).region }, body: '' };
  }

  /** @throws AwsError also if it still holds anything */
  #deleteBucket(name: string): ApiResponse {
    this.#bucket(name);
    try {
      this.#store.deleteBucket(name);
    } catch (error) {
      const { code, message, statusCode } = error as Error & { code?: string; statusCode?: number };
      throw code === undefined ? error : new AwsError(code, message, statusCode, { BucketName: name });
    }
    this.buckets.remove(name);
    return xmlResponse('', 204);
  }

  #setting({ method, body }: ApiRequest, name: string, setting: string): ApiResponse {
    this.#bucket(name);
    if (method === 'PUT') {
      this.buckets.putSetting(name, setting, body.toString('utf8'));
      return xmlResponse('', setting === 'policy' ? 204 : 200);
    }
    if (method === 'DELETE') {
      this.buckets.removeSetting(name, setting);
      return xmlResponse('', 204);
    }
    const document = this.buckets.setting(name, setting);
    if (document === undefined) {
      throw new AwsError(
        SETTINGS[setting]?.missing ?? 'NoSuchConfiguration',
        `The bucket ${name} has no ${setting}.`,
        404,
      );
    }
    const contentType = setting === 'policy' ? 'application/json' : 'application/xml';
    return { status: 200, headers: { 'content-type': contentType }, body: document };
  }

  #location(name: string): ApiResponse {
    const { region } = this.#bucket(name);
    const constraint = region === 'us-east-1' ? '' : region;
    return xmlResponse(`<LocationConstraint ${S3_XML}>${constraint}</LocationConstraint>`);
  }

  #bucket(name: string): Bucket {
    const bucket = this.buckets.find(name);
    if (bucket) return bucket;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  }
}

/** S3's error document. */
export function s3Error({ code, message, status, details }: AwsError, requestId: string): ApiResponse {
  const extra = Object.entries(details).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  const body =
    `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>${extra.join('')}` +
    `<RequestId>${requestId}</RequestId></Error>`;
  return xmlResponse(body, status);
}
