import { join } from 'node:path';
import { App, DefaultStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
import { loadConfig } from './config.ts';
import { runApp } from './context.ts';
import { findSubscribers } from './find-subscribers.ts';
import { bundleHandlers } from './handler-bundles.ts';
import { subscribersOf } from './leaving-users.ts';
import { PipelineStack } from './pipeline-stack.ts';

const SERVICES = join(import.meta.dirname, '..', 'services');

async function synthesize(): Promise<void> {
  const app = new App({ analyticsReporting: false, autoSynth: false });
  const config = loadConfig(app.node.getAllContext());
  const subscribers = subscribersOf(await findSubscribers(SERVICES), config);
  const codeOf = await bundleHandlers(subscribers);

  new PipelineStack(app, `user-bucket-pipeline-${config.stage}`, {
    description: 'A bucket for every user who signs up',
    // The CDK CLI checks the bootstrap version itself: the template needs no parameter and no rule for it.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    terminationProtection: config.terminationProtection,
    config,
    subscribers,
    codeOf,
  });
  app.synth();
}

await runApp(synthesize);
