/** One of the separate AWS clouds, such as the one in China. */
export interface AwsPartition {
  /** How its ARNs name it: `arn:NAME:…`. */
  readonly name: string;
  /** What its service addresses end in. */
  readonly dnsSuffix: string;
}

/** By the beginning of the Region's name. From the partition table that the AWS SDKs share. */
const PARTITIONS: readonly (readonly [regionPrefix: string, partition: AwsPartition])[] = [
  ['cn-', { name: 'aws-cn', dnsSuffix: 'amazonaws.com.cn' }],
  ['us-gov-', { name: 'aws-us-gov', dnsSuffix: 'amazonaws.com' }],
  ['us-iso-', { name: 'aws-iso', dnsSuffix: 'c2s.ic.gov' }],
  ['us-isob-', { name: 'aws-iso-b', dnsSuffix: 'sc2s.sgov.gov' }],
  ['eu-isoe-', { name: 'aws-iso-e', dnsSuffix: 'cloud.adc-e.uk' }],
  ['us-isof-', { name: 'aws-iso-f', dnsSuffix: 'csp.hci.ic.gov' }],
  ['eusc-', { name: 'aws-eusc', dnsSuffix: 'amazonaws.eu' }],
];

const COMMERCIAL: AwsPartition = { name: 'aws', dnsSuffix: 'amazonaws.com' };

/** The partition that a Region, such as `ap-northeast-1`, is part of. */
export function partitionOf(region: string): AwsPartition {
  return PARTITIONS.find(([regionPrefix]) => region.startsWith(regionPrefix))?.[1] ?? COMMERCIAL;
}
