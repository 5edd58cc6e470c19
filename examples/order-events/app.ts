import { App } from 'aws-cdk-lib';
import { checkContext, runApp } from 'user-bucket-pipeline/cdk';
import { OrdersStack } from './orders-stack.ts';

await runApp(async () => {
  const app = new App({ autoSynth: false });
  checkContext(app.node.getAllContext()); // otherwise a misspelt `-c NAME=VALUE` would be ignored
  new OrdersStack(app, 'orders', { description: 'Orders, and an event for each that is paid' });
  app.synth();
});
