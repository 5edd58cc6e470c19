import type { Context } from './condition.ts';
import { type AccessRequest, CompiledPolicy, judge, type Verdict } from './evaluation.ts';
import type { PolicyDocument } from './policy.ts';

/** A role as its template makes it. Policies are checked by checkPolicy. */
export interface RoleProps {
  readonly name: string;
  readonly arn: string;
  readonly trust: PolicyDocument;
  /** Those that stand in the role itself, and the managed ones that it names. */
  readonly ownPolicies: readonly PolicyDocument[];
}

/** A role: who may take it on, and what it may do. */
export class Role {
  readonly name: string;
  readonly arn: string;
  readonly #trust: CompiledPolicy;
  readonly #policies: readonly CompiledPolicy[];

  constructor({ name, arn, trust }: RoleProps, policies: readonly PolicyDocument[]) {
    this.name = name;
    this.arn = arn;
    this.#trust = new CompiledPolicy(trust);
    this.#policies = policies.map((policy) => new CompiledPolicy(policy));
  }

  /** @param context in lower-case keys, such as `aws:sourcearn` */
  canBeAssumedBy(service: string, context: Context): boolean {
    const request = { principal: { service }, action: 'sts:AssumeRole', resource: this.arn, context };
    return judge([this.#trust], request) === 'allowed';
  }

  /** What its policies say of a request of its own. */
  judge(request: AccessRequest): Verdict {
    return judge(this.#policies, request);
  }
}

/** The roles that there are, with the policies that others attach to them. A change counts from the next call on. */
export class Roles {
  readonly #byName = new Map<string, Role>();
  readonly #byArn = new Map<string, Role>();
  readonly #props = new Map<string, RoleProps>();
  /** By role name, then by the policy's physical id. */
  readonly #attached = new Map<string, Map<string, PolicyDocument>>();
  readonly #listeners = new Set<() => void>();

  named(name: string): Role | undefined {
    return this.#byName.get(name);
  }

  find(arn: string): Role | undefined {
    return this.#byArn.get(arn);
  }

  /** Makes a role, or changes the one of that name; what is attached to it stays. */
  put(props: RoleProps): void {
    this.#props.set(props.name, props);
    this.#renew([props.name]);
  }

  /** Does not mind if there is none. */
  remove(name: string): void {
    this.#props.delete(name);
    this.#renew([name]);
  }

  /**
   * Attaches a policy to these roles, and to no others.
   * @throws Error if one of them does not exist
   */
  attach(policyId: string, policy: PolicyDocument, roleNames: readonly string[]): void {
    const missing = roleNames.find((name) => !this.#props.has(name));
    if (missing !== undefined) throw new Error(`names the role ${missing}, which does not exist.`);
    const before = this.#takeOff(policyId);
    for (const name of roleNames) {
      const attached = this.#attached.get(name) ?? new Map();
      this.#attached.set(name, attached.set(policyId, policy));
    }
    this.#renew([...before, ...roleNames]);
  }

  /** Does not mind if it is attached to none. */
  detach(policyId: string): void {
    this.#renew(this.#takeOff(policyId));
  }

  /** Calls `listener` whenever a role or its policies have changed. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #takeOff(policyId: string): string[] {
    return [...this.#attached].flatMap(([name, policies]) => (policies.delete(policyId) ? [name] : []));
  }

  #renew(names: readonly string[]): void {
    for (const name of new Set(names)) {
      const props = this.#props.get(name);
      const before = this.#byName.get(name);
      this.#byName.delete(name);
      if (before) this.#byArn.delete(before.arn);
      if (props === undefined) continue;
      const role = new Role(props, [...props.ownPolicies, ...(this.#attached.get(name)?.values() ?? [])]);
      this.#byName.set(name, role);
      this.#byArn.set(role.arn, role);
    }
    for (const listener of this.#listeners) listener();
  }
}
