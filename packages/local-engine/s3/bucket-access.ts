import { malformedXml } from './s3-errors.ts';
import { childrenOf, parseXml, s3Document, textOf, xml } from './xml-document.ts';

/** Source: S3 API reference, OwnershipControlsRule. */
export const OWNERSHIPS: ReadonlySet<string> = new Set(['BucketOwnerPreferred', 'ObjectWriter', 'BucketOwnerEnforced']);

/** Access control lists are off in a new bucket. Source: S3 user guide, about-object-ownership. */
export const DEFAULT_OWNERSHIP = 'BucketOwnerEnforced';

export function ownershipDocument(ownership: string): string {
  return s3Document('OwnershipControls', `<Rule>${xml('ObjectOwnership', ownership)}</Rule>`);
}

/** The document as it is kept. @throws AwsError MalformedXML */
export function checkedOwnership(document: string): string {
  const { children } = parseXml(document, 'OwnershipControls');
  const [rule] = children;
  const ownership = rule?.name === 'Rule' ? textOf(rule, 'ObjectOwnership') : undefined;
  if (children.length !== 1 || ownership === undefined || !OWNERSHIPS.has(ownership)) throw malformedXml();
  return ownershipDocument(ownership);
}

const SWITCHES = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];

/** Every new bucket blocks public access. Source: S3 user guide, blocking public access. */
export const ALL_PUBLIC_ACCESS_BLOCKED = accessBlockDocument(() => true);

function accessBlockDocument(isOn: (name: string) => boolean): string {
  return s3Document('PublicAccessBlockConfiguration', SWITCHES.map((name) => xml(name, isOn(name))).join(''));
}

/** The document as it is kept, in which what was left out is false. @throws AwsError MalformedXML */
export function checkedAccessBlock(document: string): string {
  const configuration = parseXml(document, 'PublicAccessBlockConfiguration');
  if (configuration.children.length === 0) throw malformedXml();
  const switches = new Map<string, boolean>();
  for (const { name, text } of configuration.children) {
    const value = text.trim().toLowerCase();
    if (!SWITCHES.includes(name) || switches.has(name) || (value !== 'true' && value !== 'false')) throw malformedXml();
    switches.set(name, value === 'true');
  }
  return accessBlockDocument((name) => switches.get(name) === true);
}

/** Whether public policies are blocked, by a document as it is kept. */
export function blocksPublicPolicies(document: string): boolean {
  return childrenOf(parseXml(document, 'PublicAccessBlockConfiguration'), 'BlockPublicPolicy')[0]?.text === 'true';
}
