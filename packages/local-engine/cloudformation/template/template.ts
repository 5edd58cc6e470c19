/** A CloudFormation template. */
export interface Template {
  readonly [section: string]: unknown;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Export?: { readonly Name: unknown };
  readonly Condition?: string;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
  readonly [constraint: string]: unknown;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly [attribute: string]: unknown;
}

/** Something in a template that the engine does not support. It refuses the template at load, instead of running half of it. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly logicalId: string;

  constructor(logicalId: string, message: string, options?: ErrorOptions) {
    super(`${logicalId}: ${message}`, options);
    this.logicalId = logicalId;
  }
}

/** The value. @throws TemplateError with the problem, if there is none */
export function required<T>(value: T | undefined, owner: string, problem: string): T {
  if (value !== undefined) return value;
  throw new TemplateError(owner, problem);
}
