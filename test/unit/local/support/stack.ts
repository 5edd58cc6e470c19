import type { Account } from '../../../../local/account.ts';
import type { AssembledStack, Template, TemplateResource } from '../../../../local/assembly.ts';
import type { Services } from '../../../../local/services.ts';
import { ACCOUNT } from './parts.ts';

export const ENDPOINT = 'http://127.0.0.1:4566';

export function stackOf(
  resources: Readonly<Record<string, TemplateResource>>,
  sections: Omit<Template, 'Resources'> = {},
  name = 'Pipeline',
): AssembledStack {
  return { name, template: { ...sections, Resources: resources }, assetFolder: () => undefined };
}

/** As much of the services as naming needs. */
export function servicesOf(account: Account = ACCOUNT): Services {
  return { account, endpoint: ENDPOINT, clock: { now: () => 0 } } as unknown as Services;
}
