import { UsageError } from '../../operations/messages/errors.ts';

/**
 * For commands that run the CDK CLI, which deploys to AWS alone.
 * @throws UsageError where the SDK would be led to another endpoint
 */
export function refuseLocalEndpoint({ AWS_ENDPOINT_URL }: Readonly<Record<string, string | undefined>>): void {
  if (!AWS_ENDPOINT_URL) return;
  throw new UsageError(
    `AWS_ENDPOINT_URL is ${AWS_ENDPOINT_URL}, and this is for AWS: unset it; here npm start runs the pipeline`,
  );
}
