import { compileInputTemplate, type PipeVariables } from '../../../../packages/local-engine/pipes/input-template.ts';

/** Renders a template once. */
export function renderInputTemplate(template: string, input: unknown, variables: PipeVariables): string {
  return compileInputTemplate(template)(input, variables);
}
