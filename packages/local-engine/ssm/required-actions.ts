import { arnOf } from '../core/account.ts';
import type { ActionsOf } from '../iam/required-action.ts';
import { jsonBody } from '../protocols/json-protocol.ts';

/** Source: Service authorization reference, AWS Systems Manager. */
export const ssmActions: ActionsOf = (operation, request, { account }) => {
  const { Name, Names, Path } = jsonBody(request);
  const named = { GetParameter: [Name], GetParameters: Names, GetParametersByPath: [Path] }[operation];
  if (!Array.isArray(named)) return undefined;
  // What is no text is refused by the service itself.
  return named.map((name) => ({
    action: `ssm:${operation}`,
    resource: arnOf(account, 'ssm', `parameter/${typeof name === 'string' ? name.replace(/^\//, '') : ''}`),
  }));
};
