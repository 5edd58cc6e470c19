import type { IncomingMessage } from 'node:http';

type Scope = Partial<Record<'accessKeyId' | 'region' | 'service', string>>;

const SLASH = '(?:/|%2F)';
const VERSION_4_PARAMETER = new RegExp(
  `[?&]X-Amz-Credential=([^&]*?)${SLASH}\\d{8}${SLASH}([^&%/]+)${SLASH}([^&%/]+)${SLASH}`,
  'i',
);

/**
 * What the signature says: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`, in a header or a presigned URL. One of version 2
 * in the form that S3 alone takes names no Region: `AWS KEY:SIGNATURE`, or the parameter `AWSAccessKeyId`.
 */
export function credentialScope({ headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>): Scope {
  const { authorization = '' } = headers;
  const fromHeader = /Credential=([^/,]+)\/\d{8}\/([^/,]+)\/([^/,]+)\//.exec(authorization);
  const [, accessKeyId, region, service] = fromHeader ?? VERSION_4_PARAMETER.exec(url) ?? [];
  if (accessKeyId && region && service) return { accessKeyId: decoded(accessKeyId), region, service };
  const version2 = /^AWS ([^:\s]+):/.exec(authorization) ?? /[?&]AWSAccessKeyId=([^&]+)/.exec(url);
  return version2?.[1] === undefined ? {} : { accessKeyId: decoded(version2[1]), service: 's3' };
}

/** A text that cannot be decoded names nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
