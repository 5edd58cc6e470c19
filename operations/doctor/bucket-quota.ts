import { paginateListBuckets, S3Client } from '@aws-sdk/client-s3';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { count, numberText } from '../messages/display.ts';
import { type Check, type FixCommands, findingsAbout, type HealthFinding } from './check.ts';

/** Used part of the quota. */
const WARNING = 0.8;
const PROBLEM = 0.95;

/** General purpose buckets of an account. Source: Service Quotas, Amazon S3. */
const QUOTA = { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' };

/**
 * The Region that keeps this quota for all Regions of a partition. Source: AWS General Reference, Amazon S3 endpoints and
 * quotas. A partition that is not listed has one Region, or no known one: then the pipeline's own Region is asked.
 */
const QUOTA_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
};

/** The largest page. Source: S3 API reference, ListBuckets. */
const PAGE_SIZE = 10_000;

export interface QuotaFacts {
  /** Buckets of the account, in all Regions. */
  readonly buckets: number;
  /** Undefined if Service Quotas does not know it. */
  readonly quota: number | undefined;
  /** The Region that keeps the quota. */
  readonly region: string;
}

/** Whether there is room for the buckets of more users. */
export const bucketQuota: Check = {
  name: 'bucket quota',
  async run({ deployed, fixes }) {
    const { clients } = deployed;
    const [, partition = '', , ownRegion = ''] = deployed.output('EventBusArn').split(':');
    const region = QUOTA_REGIONS[partition] ?? ownRegion;
    const [buckets, quota] = await Promise.all([
      countBuckets(clients.of(S3Client)),
      readQuota(clients.of(ServiceQuotasClient, region)),
    ]);
    return [quotaFinding({ buckets, quota, region }, fixes)];
  },
};

async function countBuckets(client: S3Client): Promise<number> {
  let buckets = 0;
  for await (const { Buckets = [] } of paginateListBuckets({ client, pageSize: PAGE_SIZE }, {})) {
    buckets += Buckets.length;
  }
  return buckets;
}

/** For an account that never asked for more, Service Quotas may know only the default. */
async function readQuota(quotas: ServiceQuotasClient): Promise<number | undefined> {
  try {
    const { Quota } = await quotas.send(new GetServiceQuotaCommand(QUOTA));
    return Quota?.Value || undefined;
  } catch (error) {
    if (!(error instanceof NoSuchResourceException)) throw error;
    const { Quota } = await quotas.send(new GetAWSDefaultServiceQuotaCommand(QUOTA));
    return Quota?.Value || undefined;
  }
}

export function quotaFinding({ buckets, quota, region }: QuotaFacts, fixes: FixCommands): HealthFinding {
  const { ok, warning, problem } = findingsAbout(bucketQuota.name, 'account');
  if (quota === undefined) {
    return warning(
      `${count(buckets, 'bucket')}; Service Quotas in ${region} does not say how many are allowed`,
      `see the console of Service Quotas in ${region}, under Amazon S3`,
    );
  }
  const part = buckets / quota;
  const detail = `${numberText(buckets)} of ${numberText(quota)} buckets, ${Math.floor(part * 100)}%`;
  if (part < WARNING) return ok(detail);
  const wanted = `--service-code ${QUOTA.ServiceCode} --quota-code ${QUOTA.QuotaCode} --desired-value ${quota * 2}`;
  const raise = fixes.aws(`service-quotas request-service-quota-increase --region ${region} ${wanted}`);
  return (part >= PROBLEM ? problem : warning)(`${detail}; a full account refuses new buckets`, raise);
}
