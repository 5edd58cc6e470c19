import type { Context } from './condition.ts';
import { type AccessRequest, CompiledPolicy, judge, type Verdict } from './evaluation.ts';
import type { PolicyDocument } from './policy.ts';

/** A role as its template describes it. Its policies have passed checkPolicy. */
export interface RoleProps {
  readonly name: string;
  readonly arn: string;
  readonly trust: PolicyDocument;
  /** Its inline policies, and the managed policies that it names. */
  readonly ownPolicies: readonly PolicyDocument[];
}

/** A role: who may assume it, and what it may do. */
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

  /** The verdict of its policies on a request of this role. */
  judge(request: AccessRequest): Verdict {
    return judge(this.#policies, request);
  }
}

/** All roles, with the policies attached to them. A change applies from the next call on. */
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

  /** Creates or changes a role. Attached policies stay. */
  put(props: RoleProps): void {
    this.#props.set(props.name, props);
    this.#update([props.name]);
  }

  /** Removes the role, if there is one. */
  remove(name: string): void {
    this.#props.delete(name);
    this.#update([name]);
  }

  /**
   * Attaches a policy to these roles, and to no others.
   * @throws Error if one of them does not exist
   */
  attach(policyId: string, policy: PolicyDocument, roleNames: readonly string[]): void {
    const missing = roleNames.find((name) => !this.#props.has(name));
    if (missing !== undefined) throw new Error(`names the role ${missing}, which does not exist.`);
    const before = this.#detach(policyId);
    for (const name of roleNames) {
      const attached = this.#attached.get(name) ?? new Map();
      this.#attached.set(name, attached.set(policyId, policy));
    }
    this.#update([...before, ...roleNames]);
  }

  /** Detaches a policy from all roles. */
  detach(policyId: string): void {
    this.#update(this.#detach(policyId));
  }

  /** Calls `listener` after each change of a role or its policies. @returns a function that ends this */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #detach(policyId: string): string[] {
    return [...this.#attached].flatMap(([name, policies]) => (policies.delete(policyId) ? [name] : []));
  }

  #update(names: readonly string[]): void {
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
