import type { Names } from './valid-requests.ts';

/** Requests to S3, pipes and nothing in particular: method and target, body and headers. */
export function restRequests({ bucket, pipeName }: Names): readonly {
  readonly service: string;
  readonly method: string;
  readonly target: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}[] {
  const setting = (name: string, body: string) => [
    { service: 's3', method: 'PUT', target: `/${bucket}?${name}`, body },
    { service: 's3', method: 'GET', target: `/${bucket}?${name}` },
    { service: 's3', method: 'DELETE', target: `/${bucket}?${name}` },
  ];
  return [
    { service: 's3', method: 'GET', target: '/?max-buckets=5&prefix=a&continuation-token=x' },
    {
      service: 's3',
      method: 'PUT',
      target: '/fuzzed-bucket',
      body: '<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></CreateBucketConfiguration>',
      headers: { 'x-amz-bucket-namespace': 'global' },
    },
    { service: 's3', method: 'HEAD', target: '/fuzzed-bucket' },
    {
      service: 's3',
      method: 'GET',
      target: `/${bucket}?list-type=2&prefix=a&delimiter=/&max-keys=5&continuation-token=x&start-after=b&encoding-type=url`,
    },
    { service: 's3', method: 'GET', target: `/${bucket}?marker=a&max-keys=5` },
    { service: 's3', method: 'GET', target: `/${bucket}?versions` },
    { service: 's3', method: 'GET', target: `/${bucket}?location` },
    {
      service: 's3',
      method: 'POST',
      target: `/${bucket}?delete`,
      body: '<Delete><Object><Key>a</Key></Object><Quiet>true</Quiet></Delete>',
    },
    ...setting('tagging', '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'),
    ...setting(
      'cors',
      '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>',
    ),
    ...setting('policy', '{"Version":"2012-10-17","Statement":[]}'),
    ...setting(
      'publicAccessBlock',
      '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
    ),
    ...setting(
      'ownershipControls',
      '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>',
    ),
    ...setting(
      'lifecycle',
      '<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status></Rule></LifecycleConfiguration>',
    ),
    {
      service: 's3',
      method: 'PUT',
      target: `/${bucket}/a/b.txt`,
      body: 'hello',
      headers: {
        'content-type': 'text/plain',
        'x-amz-meta-a': 'b',
        'if-none-match': '*',
        'x-amz-checksum-crc32': 'AAAAAA==',
      },
    },
    {
      service: 's3',
      method: 'PUT',
      target: `/${bucket}/chunked`,
      body: '5;chunk-signature=0\r\nhello\r\n0;chunk-signature=0\r\n\r\n',
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        'x-amz-decoded-content-length': '5',
      },
    },
    {
      service: 's3',
      method: 'GET',
      target: `/${bucket}/a/b.txt?response-content-type=x`,
      headers: { range: 'bytes=0-3', 'if-match': '"x"', 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' },
    },
    { service: 's3', method: 'HEAD', target: `/${bucket}/a/b.txt` },
    {
      service: 's3',
      method: 'PUT',
      target: `/${bucket}/copy`,
      headers: { 'x-amz-copy-source': `/${bucket}/a/b.txt`, 'x-amz-metadata-directive': 'COPY' },
    },
    { service: 's3', method: 'DELETE', target: `/${bucket}/a/b.txt?versionId=null` },
    { service: 's3', method: 'POST', target: `/${bucket}/multi?uploads` },
    { service: 's3', method: 'PUT', target: `/${bucket}/multi?partNumber=1&uploadId=x`, body: 'part' },
    {
      service: 's3',
      method: 'POST',
      target: `/${bucket}/multi?uploadId=x`,
      body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"x"</ETag></Part></CompleteMultipartUpload>',
    },
    ...['acl', 'tagging', 'legal-hold', 'retention', 'restore', 'torrent', 'attributes'].map((name) => ({
      service: 's3',
      method: 'GET',
      target: `/${bucket}/a/b.txt?${name}`,
    })),
    { service: 's3', method: 'PUT', target: `/${bucket}/a/b.txt?tagging`, body: '<Tagging><TagSet/></Tagging>' },
    { service: 'pipes', method: 'GET', target: '/v1/pipes?NamePrefix=a&Limit=5&DesiredState=RUNNING&NextToken=x' },
    { service: 'pipes', method: 'GET', target: `/v1/pipes/${pipeName}` },
    { service: 'pipes', method: 'POST', target: `/v1/pipes/${pipeName}/start`, body: '{}' },
    { service: 'pipes', method: 'POST', target: '/v1/pipes/none/stop', body: '{}' },
    { service: 'lambda', method: 'POST', target: '/2015-03-31/functions/f/invocations', body: '{}' },
    { service: '', method: 'GET', target: '/' },
  ];
}
