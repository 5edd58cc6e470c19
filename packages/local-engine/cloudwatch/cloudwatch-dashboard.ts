import type { Creation, ResourceType } from '../cloudformation/template/resource-type.ts';

interface CloudWatchServices {
  /** Bodies of dashboards, by name. */
  readonly dashboards: Map<string, string>;
}

export const cloudWatchDashboard: ResourceType<CloudWatchServices> = {
  type: 'AWS::CloudWatch::Dashboard',
  nameProperty: 'DashboardName',
  nameLimit: 255,
  shape: { DashboardName: 'used', DashboardBody: 'used' },
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: {} }),
  create: putDashboard,
  update: putDashboard,
  remove: ({ physicalName, services }) => void services.dashboards.delete(physicalName),
};

/** CloudWatch refuses a body that is not JSON. Source: CloudWatch API reference, PutDashboard. */
function putDashboard({ physicalName, properties, services }: Creation<CloudWatchServices>): void {
  const body = String(properties.DashboardBody);
  try {
    JSON.parse(body);
  } catch (error) {
    throw new Error(`has a body that is not JSON: ${(error as Error).message}`);
  }
  services.dashboards.set(physicalName, body);
}
