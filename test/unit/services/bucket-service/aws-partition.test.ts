import { expect, it } from '@jest/globals';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { partitionOf } from '../../../../services/bucket-service/aws-partition.ts';

const regions = RegionInfo.regions.filter(({ partition }) => partition !== undefined);

it('the partition of every Region that the CDK knows is the one that the CDK says', () => {
  expect(new Set(regions.map(({ partition }) => partition)).size).toBeGreaterThan(5);
  const ours = regions.map(({ name }) => ({ region: name, ...partitionOf(name) }));
  expect(ours).toEqual(
    regions.map(({ name, partition, domainSuffix }) => ({ region: name, name: partition, dnsSuffix: domainSuffix })),
  );
});
