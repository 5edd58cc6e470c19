import type { Mutation, Properties, Template } from './mutation.ts';
import { policyMutations, resourcePolicyMutations } from './policy-mutations.ts';

/** Everything that a template can lose one by one, and must not: the pipeline would no longer do what it promises. */
export function mutationsOf(template: Template): Mutation[] {
  return [
    ...policyMutations(template),
    ...resourcePolicyMutations(template),
    ...variableMutations(template),
    ...patternMutations(template),
  ];
}

function variableMutations(template: Template): Mutation[] {
  return ofType(template, 'AWS::Lambda::Function').flatMap(([logicalId, { Environment }]) =>
    Object.keys(Environment?.Variables ?? {}).map((name) => ({
      kind: 'variable',
      logicalId,
      what: name,
      apply: ({ Resources }) => delete Resources[logicalId]?.Properties.Environment.Variables[name],
    })),
  );
}

function patternMutations(template: Template): Mutation[] {
  const rules = ofType(template, 'AWS::Events::Rule').flatMap(([logicalId, { EventPattern }]) =>
    Object.keys(EventPattern).map(
      (field): Mutation => ({
        kind: 'pattern',
        logicalId,
        what: field,
        apply: ({ Resources }) => delete Resources[logicalId]?.Properties.EventPattern[field],
      }),
    ),
  );
  const pipes = ofType(template, 'AWS::Pipes::Pipe').map(
    ([logicalId]): Mutation => ({
      kind: 'pattern',
      logicalId,
      what: 'the filter',
      apply: ({ Resources }) => delete Resources[logicalId]?.Properties.SourceParameters.FilterCriteria,
    }),
  );
  return [...rules, ...pipes];
}

function ofType({ Resources }: Template, type: string): [logicalId: string, Properties][] {
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([logicalId, { Properties }]) => [logicalId, Properties]);
}
