import type { Resources } from './changed-assembly.ts';

export interface Statement {
  readonly Effect: string;
  Action: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** The statements of a policy, of a template's resource whose logical id begins like this. Changes to the list count. */
export function statementsOf(resources: Resources, logicalId: string, type = 'AWS::IAM::Policy'): Statement[] {
  const found = Object.entries(resources).find(([id, { Type }]) => Type === type && id.startsWith(logicalId));
  if (found === undefined) throw new Error(`The template has no ${type} ${logicalId}.`);
  return found[1].Properties.PolicyDocument.Statement;
}

/**
 * Takes an action from all statements of a role's policy.
 * @returns statements that give it back
 */
export function withoutAction(resources: Resources, logicalId: string, action: string): Statement[] {
  const statements = statementsOf(resources, logicalId);
  const holding = statements.filter(({ Action }) => [Action].flat().includes(action));
  if (holding.length === 0) throw new Error(`No statement of ${logicalId} has the action ${action}.`);
  const left = statements.flatMap((statement) => {
    const actions = [statement.Action].flat().filter((one) => one !== action);
    return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
  });
  statements.splice(0, statements.length, ...left);
  return holding.map((statement) => ({ ...statement, Action: action }));
}
