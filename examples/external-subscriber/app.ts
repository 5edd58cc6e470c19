import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleHandler, checkContext, runApp } from 'user-bucket-pipeline/cdk';
import { BucketDirectoryStack } from './bucket-directory-stack.ts';

await runApp(async () => {
  const app = new App({ autoSynth: false });
  checkContext(app.node.getAllContext(), ['busArn']); // otherwise `-c stgae=prod` would be dev
  const stage: string = app.node.getContext('stage');
  const busArn: string | undefined = app.node.tryGetContext('busArn');

  new BucketDirectoryStack(app, `bucket-directory-${stage}`, {
    description: 'Whose bucket is it? For the support team',
    stage,
    ...(busArn !== undefined && { busArn }),
    code: await bundleHandler(join(import.meta.dirname, 'bucket-directory', 'handler.ts')),
  });
  app.synth();
});
