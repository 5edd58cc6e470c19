import type { Engine } from '../../packages/local-engine/engine.ts';

/** What an AWS client needs to talk to the engine. */
export function clientSettings({ endpoint, account }: Engine) {
  return {
    endpoint,
    region: account.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}
