/**
 * Licences that dependencies may have, by their SPDX identifiers. All let the project be used, changed and passed on under MIT, if
 * their notices are kept.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
]);

/** Of tools that are used here and passed on to nobody: they may also ask that changes of theirs stay open, or for attribution. */
const ALLOWED_IN_DEVELOPMENT: ReadonlySet<string> = new Set(['CC-BY-4.0', 'MPL-2.0', 'PSF-2.0', 'Python-2.0']);

/** One package of a lock file. Source: npm documentation, package-lock.json. */
export interface LockedPackage {
  /** Its own name, if it is installed under another. */
  readonly name?: string;
  /** An SPDX expression. */
  readonly license?: string;
  /** Whether only development needs it. */
  readonly dev?: boolean;
  /** Whether it is a folder of this repository. */
  readonly link?: boolean;
  /** Whether it came inside of another package. */
  readonly inBundle?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

/** Whether a package may be used, by its licence. */
export function isAllowed({ license, dev = false }: LockedPackage): boolean {
  const may = (identifier: string) => ALLOWED.has(identifier) || (dev && ALLOWED_IN_DEVELOPMENT.has(identifier));
  // Of alternatives one is enough; of licences that hold together each is needed. SPDX: AND binds closer than OR.
  const alternatives = (license ?? '').replace(/^\((.*)\)$/, '$1').split(' OR ');
  return alternatives.some((alternative) => alternative.split(' AND ').every(may));
}
