import type { GatewayServices } from '../../../../packages/local-engine/gateway/gateway.ts';

/** What a gateway is opened with: nothing judges its calls, and nothing hears of what went wrong. */
export function openedWith(props: Partial<GatewayServices>): GatewayServices {
  return {
    services: new Map(),
    around: (_call, run) => run(),
    greeting: () => 'hello\n',
    refused: () => {},
    failed: () => {},
    ...props,
  };
}
