import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleHandler } from 'user-bucket-pipeline/cdk';
import { BucketDirectoryStack } from './bucket-directory-stack.ts';

const app = new App();
const stage: string = app.node.getContext('stage');

new BucketDirectoryStack(app, `bucket-directory-${stage}`, {
  description: 'Whose bucket is it? For the support team',
  stage,
  code: await bundleHandler(join(import.meta.dirname, 'bucket-directory', 'handler.ts')),
});
