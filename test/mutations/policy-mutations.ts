import type { Mutation, Properties, Template } from './mutation.ts';

interface Statement {
  readonly Effect: string;
  Action: string | string[];
}

interface Place {
  readonly logicalId: string;
  /** What the document is, where a resource has several. */
  readonly name: string;
  /** The statements of the document, in a template of the same shape. */
  readonly statements: (properties: Properties) => Statement[];
}

/** Types whose policy document says who may use something. */
const RESOURCE_POLICIES = ['AWS::Events::EventBusPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'];

/** Every policy less one Allow statement, or less one of the actions of a statement that has several. */
export function policyMutations(template: Template): Mutation[] {
  return placesOf(template).flatMap(({ logicalId, name, statements }) => {
    const all = statements(propertiesOf(template, logicalId));
    return all.flatMap((statement, index): Mutation[] => {
      if (statement.Effect !== 'Allow') return [];
      const actions = [statement.Action].flat();
      const whole: Mutation = {
        kind: 'statement',
        logicalId,
        what: `${name}${actions.join(', ')}`,
        apply: (changed) => void statements(propertiesOf(changed, logicalId)).splice(index, 1),
      };
      const single = actions.map((action) => withoutAction(action, index));
      // Without its only statement such a resource could not exist: it is taken away as a whole.
      if (propertiesOf(template, logicalId).Statement !== undefined) return single;
      return actions.length === 1 ? [whole] : [whole, ...single];
    });

    function withoutAction(action: string, index: number): Mutation {
      return {
        kind: 'action',
        logicalId,
        what: `${name}${action}`,
        apply(changed) {
          const statement = statements(propertiesOf(changed, logicalId))[index];
          if (statement) statement.Action = [statement.Action].flat().filter((each) => each !== action);
        },
      };
    }
  });
}

/** The template less one whole policy of a bus, a queue or a topic, its refusals included. */
export function resourcePolicyMutations(template: Template): Mutation[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => RESOURCE_POLICIES.includes(Type))
    .map(([logicalId, { Type }]) => ({
      kind: 'resource policy',
      logicalId,
      what: Type,
      apply: ({ Resources }) => {
        delete (Resources as Record<string, unknown>)[logicalId];
        for (const resource of Object.values(Resources)) forget(resource, logicalId);
      },
    }));
}

/** Nothing waits for a resource any more that is gone. */
function forget(resource: { readonly Type: string; DependsOn?: string | string[] }, logicalId: string): void {
  if (resource.DependsOn === undefined) return;
  resource.DependsOn = [resource.DependsOn].flat().filter((id) => id !== logicalId);
}

/** Documents that are data. Those that are text, with references in it, can be taken away only as a whole. */
function placesOf({ Resources }: Template): Place[] {
  return Object.entries(Resources).flatMap(([logicalId, { Properties }]): Place[] => {
    const places: Place[] = [];
    if (Properties?.AssumeRolePolicyDocument !== undefined) {
      places.push({ logicalId, name: 'trust: ', statements: (of) => of.AssumeRolePolicyDocument.Statement });
    }
    if (Array.isArray(Properties?.PolicyDocument?.Statement)) {
      places.push({ logicalId, name: '', statements: (of) => of.PolicyDocument.Statement });
    }
    if (Properties?.Statement?.Effect !== undefined) {
      // A resource that is one statement, such as that of a bus.
      places.push({ logicalId, name: '', statements: (of) => [of.Statement].filter((each) => each !== undefined) });
    }
    for (const [index, { PolicyName }] of (Properties?.Policies ?? []).entries()) {
      places.push({
        logicalId,
        name: `${PolicyName}: `,
        statements: (of) => of.Policies[index].PolicyDocument.Statement,
      });
    }
    return places;
  });
}

function propertiesOf({ Resources }: Template, logicalId: string): Properties {
  return Resources[logicalId]?.Properties ?? {};
}
