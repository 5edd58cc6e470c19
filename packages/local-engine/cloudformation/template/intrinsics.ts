import { isObject } from '../../core/json-text.ts';
import { required, TemplateError } from './template.ts';

/** Resolves the references in a template. */
export interface References {
  /** The value of `Ref` to a resource, parameter or pseudo parameter; undefined for an unknown name. */
  ref(name: string): unknown;
  /** The value of `Fn::GetAtt`; undefined for an unknown resource or attribute. */
  attribute(logicalId: string, name: string): unknown;
  /** The value of `Fn::ImportValue`; undefined if no earlier stack exports it. @default - nothing is exported */
  imported?(name: string): unknown;
  /** The value of `Fn::GetStackOutput`; undefined if no earlier stack has it. @default - there is no earlier stack */
  stackOutput?(stackName: string, outputName: string): unknown;
}

type Intrinsic = (
  argument: unknown,
  resolve: (value: unknown) => unknown,
  references: References,
  owner: string,
) => unknown;

/**
 * Resolves every intrinsic function in a value of the template.
 * Source: CloudFormation template reference, intrinsic functions.
 * @param owner the logical id for errors
 * @throws TemplateError for an unknown function or reference
 */
export function resolveIntrinsics(value: unknown, references: References, owner: string): unknown {
  const resolve = (inner: unknown): unknown => resolveIntrinsics(inner, references, owner);
  if (Array.isArray(value)) return value.filter((item) => !isNoValue(item)).map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const [name, argument] = onlyMember(value);
  if (name === 'Ref' || name === 'Condition' || name?.startsWith('Fn::')) {
    const intrinsic = INTRINSICS[name];
    if (intrinsic) return intrinsic(argument, resolve, references, owner);
    // A lone key `Condition` is a reference to a condition only where its value is a name.
    if (name !== 'Condition' || typeof argument === 'string') {
      const known = Object.keys(INTRINSICS).join(', ');
      throw new TemplateError(owner, `uses ${name}, which the local engine does not know; it knows ${known}.`);
    }
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => !isNoValue(inner))
      .map(([key, inner]) => [key, resolve(inner)]),
  );
}

/** Name and value of the only member of an object; nothing for one with more or none. A function is such a member. */
export function onlyMember(object: object): [name?: string, value?: unknown] {
  const [first, ...others] = Object.entries(object);
  return first !== undefined && others.length === 0 ? first : [];
}

/** The arguments of a function; none for what is no list. */
export function itemsOf(argument: unknown): readonly unknown[] {
  return Array.isArray(argument) ? argument : [];
}

/** Functions that read values of other stacks. */
const OF_OTHER_STACKS = ['Fn::ImportValue', 'Fn::GetStackOutput'];

/**
 * Resolves only the functions that read values of other stacks.
 * @throws TemplateError for a value that no earlier stack has
 */
export function resolveImports<T>(value: T, references: References, owner: string): T {
  if (Array.isArray(value)) return value.map((item) => resolveImports(item, references, owner)) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (OF_OTHER_STACKS.some((name) => name in value)) return resolveIntrinsics(value, references, owner) as T;
  const entries = Object.entries(value).map(([key, inner]) => [key, resolveImports(inner, references, owner)]);
  return Object.fromEntries(entries);
}

/** `Ref: AWS::NoValue` removes the property or item. */
export function isNoValue(value: unknown): boolean {
  return (value as { Ref?: unknown } | null | undefined)?.Ref === 'AWS::NoValue';
}

/** Logical ids that a value refers to, in no particular order. */
export function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (inner: unknown): void => {
    if (typeof inner !== 'object' || inner === null) return;
    for (const [key, argument] of Object.entries(inner)) {
      if (key === 'Ref') found.add(textOf(argument));
      else if (key === 'Fn::GetAtt') found.add(attributePath(argument)[0]);
      else if (key === 'Fn::Sub') for (const name of substituted(argument)) found.add(name.split('.')[0] ?? name);
      visit(argument);
    }
  };
  visit(value);
  return found;
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, _resolve, references, owner) => {
    if (typeof name !== 'string') {
      throw new TemplateError(owner, 'Template error: every Ref object must have a single String value.');
    }
    return required(references.ref(name), owner, `refers to ${name}, which the template does not have.`);
  },
  'Fn::GetAtt': (argument, _resolve, references, owner) => {
    if (!isText(argument) && !(Array.isArray(argument) && argument.length >= 2 && argument.every(isText))) {
      const two = 'two non-empty parameters, the resource name and the resource attribute';
      throw new TemplateError(owner, `Template error: every Fn::GetAtt object requires ${two}.`);
    }
    const [logicalId, attribute] = attributePath(argument);
    return attributeOf(logicalId, attribute, references, owner);
  },
  'Fn::Join': (argument, resolve, _references, owner) => {
    const [delimiter, parts] = itemsOf(argument);
    const values = resolve(parts);
    if (!isText(delimiter) || !Array.isArray(values)) {
      throw new TemplateError(owner, 'uses Fn::Join without a list of values.');
    }
    if (values.some((value) => typeof value === 'object')) {
      throw new TemplateError(owner, 'uses Fn::Join with a value that is not a text.');
    }
    return values.join(delimiter);
  },
  'Fn::Sub': (argument, resolve, references, owner) => {
    const [text, variables = {}] = Array.isArray(argument) ? argument : [argument];
    if (!isText(text) || !isObject(variables)) {
      const what = 'a string as first argument, and an optional second argument to specify a mapping of values';
      throw new TemplateError(owner, `uses Fn::Sub without its arguments. Specify ${what}.`);
    }
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(variables, name)) {
        const value = resolve(variables[name]);
        if (typeof value === 'object')
          throw new TemplateError(owner, `uses Fn::Sub with ${name}, which is not a text.`);
        return String(value);
      }
      const [logicalId, ...attribute] = name.split('.') as [string, ...string[]];
      if (attribute.length > 0) return String(attributeOf(logicalId, attribute.join('.'), references, owner));
      return String(resolve({ Ref: name }));
    });
  },
  'Fn::Select': (argument, resolve, _references, owner) => {
    const [index, values] = itemsOf(resolve(argument));
    if (typeof index !== 'number' && !isText(index)) {
      throw new TemplateError(owner, 'uses Fn::Select without an index and a list.');
    }
    const value: unknown = Array.isArray(values) ? values[Number(index)] : undefined;
    return required(value, owner, `uses Fn::Select with the index ${index}, which its list does not have.`);
  },
  'Fn::GetStackOutput': (argument, resolve, references, owner) => {
    const resolved = resolve(argument);
    if (!isObject(resolved) || !Object.values(resolved).every(isText)) {
      throw new TemplateError(owner, 'uses Fn::GetStackOutput without a StackName and an OutputName.');
    }
    const { StackName, OutputName, Region, ...others } = resolved;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) {
      throw new TemplateError(owner, `uses Fn::GetStackOutput with ${unknown}, which the local engine does not know.`);
    }
    if (Region !== undefined && Region !== references.ref('AWS::Region')) {
      throw new TemplateError(
        owner,
        `uses Fn::GetStackOutput of the Region ${Region}; the local engine runs one Region.`,
      );
    }
    const value = references.stackOutput?.(String(StackName), String(OutputName));
    const problem = `uses the output ${OutputName} of the stack ${StackName}, which no earlier stack has.`;
    return required(value, owner, problem);
  },
  'Fn::ImportValue': (argument, resolve, references, owner) => {
    const name = resolve(argument);
    if (!isText(name)) throw new TemplateError(owner, 'uses Fn::ImportValue without the name of an export.');
    const problem = `No export named ${name} found. A stack sees the exports of the stacks loaded before it.`;
    return required(references.imported?.(name), owner, problem);
  },
  'Fn::Split': (argument, resolve, _references, owner) => {
    const resolved = resolve(argument);
    const [delimiter, text] = Array.isArray(resolved) ? resolved : [];
    if (!isText(delimiter) || !isText(text)) throw new TemplateError(owner, 'uses Fn::Split without a text.');
    return text.split(delimiter);
  },
};

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function attributeOf(logicalId: string, attribute: string, references: References, owner: string): unknown {
  const problem = `refers to the attribute ${logicalId}.${attribute}, which the local engine does not know.`;
  return required(references.attribute(logicalId, attribute), owner, problem);
}

function textOf(value: unknown): string {
  return isText(value) ? value : '';
}

function attributePath(argument: unknown): [logicalId: string, attribute: string] {
  // What is no text is refused when it is resolved.
  if (Array.isArray(argument)) return [textOf(argument[0]), argument.slice(1).map(textOf).join('.')];
  const [logicalId, ...attribute] = textOf(argument).split('.') as [string, ...string[]];
  return [logicalId, attribute.join('.')];
}

function substituted(argument: unknown): string[] {
  const text = textOf(Array.isArray(argument) ? argument[0] : argument);
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name as string);
}
