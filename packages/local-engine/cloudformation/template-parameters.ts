import type { TemplateParameter } from './assembly.ts';
import { TemplateError } from './template/template-error.ts';

/** A parameter of the template whose default names an SSM parameter, and whose value is that parameter's. */
export const SSM_VALUE = 'AWS::SSM::Parameter::Value<String>';

/** Parameters whose default is their value, or says where it is. */
const PARAMETER_TYPES = new Set(['String', 'Number', SSM_VALUE]);

type Constraint = (text: string, limit: unknown) => boolean;

/** What a parameter's value must be. Source: CloudFormation user guide, Parameters section. */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  AllowedPattern: (text, pattern) => compilePattern(String(pattern))?.test(text) ?? false,
  AllowedValues: (text, values) => (values as readonly unknown[]).map(String).includes(text),
  MaxLength: (text, most) => text.length <= Number(most),
  MaxValue: (text, most) => Number(text) <= Number(most),
  MinLength: (text, least) => text.length >= Number(least),
  MinValue: (text, least) => Number(text) >= Number(least),
};

const WITHOUT_EFFECT = new Set(['ConstraintDescription', 'Default', 'Description', 'NoEcho', 'Type']);

/** Undefined for what is no regular expression: nothing matches it. */
function compilePattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined; // the caller names the pattern
  }
}

/** @throws TemplateError by the parameter's name, for one that the engine does not know or whose default is not allowed */
export function checkParameter(name: string, parameter: TemplateParameter): void {
  const { Type, Default } = parameter;
  if (!PARAMETER_TYPES.has(String(Type))) {
    throw new TemplateError(name, `has the parameter type ${Type}, which the local engine does not know.`);
  }
  if (Default === undefined) {
    throw new TemplateError(name, 'is a parameter without a default: the local engine has no other value for it.');
  }
  const text = String(Default);
  if (Type === 'Number' && !Number.isFinite(Number(text))) {
    throw new TemplateError(name, `has the default ${text}, which is no number.`);
  }
  for (const [member, limit] of Object.entries(parameter)) {
    if (WITHOUT_EFFECT.has(member)) continue;
    const holds = Object.hasOwn(CONSTRAINTS, member) ? CONSTRAINTS[member] : undefined;
    if (holds === undefined) {
      throw new TemplateError(name, `is a parameter with ${member}, which the local engine does not know.`);
    }
    if (!holds(text, limit)) {
      throw new TemplateError(
        name,
        `has the default ${text}, which its ${member} ${JSON.stringify(limit)} does not allow.`,
      );
    }
  }
}
