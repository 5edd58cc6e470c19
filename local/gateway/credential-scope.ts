import type { IncomingMessage } from 'node:http';

/** What the signature says: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`, in a header or a presigned URL. */
export function credentialScope({
  headers,
  url = '',
}: IncomingMessage): Partial<Record<'accessKeyId' | 'region' | 'service', string>> {
  const fromHeader = /Credential=([^/,]+)\/\d{8}\/([^/,]+)\/([^/,]+)\//.exec(headers.authorization ?? '');
  const fromUrl = fromHeader ?? /X-Amz-Credential=([^&]*?)%2F\d{8}%2F([^&%]+)%2F([^&%]+)%2F/i.exec(url);
  const [, accessKeyId, region, service] = fromUrl ?? [];
  return accessKeyId && region && service ? { accessKeyId, region, service } : {};
}
