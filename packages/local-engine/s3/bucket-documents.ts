import { createHash } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { accessDenied, invalidArgument, invalidRequest, malformedXml } from './errors.ts';
import { STORAGE_CLASSES } from './object-headers.ts';
import { childrenOf, parseXml, renderXml, s3Document, textOf, type XmlElement, xml } from './xml-document.ts';

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

type Statement = Readonly<Record<string, unknown>>;

/** Source: S3 user guide, policies and permissions. */
const LONGEST = 20 * 1024;
const NOT_JSON = "Policies must be valid JSON and the first byte must be '{'";
const MEMBERS = new Set(['Version', 'Id', 'Statement']);

/**
 * Checks a bucket's policy as S3 does before it accepts it. It is kept and not applied: only the account itself calls.
 * @param isPublicBlocked whether the bucket refuses policies that make it public
 * @throws AwsError MalformedPolicy, AccessDenied
 */
export function checkPolicy(document: string, bucket: string, account: Account, isPublicBlocked: boolean): void {
  if (Buffer.byteLength(document) > LONGEST)
    throw new AwsError('PolicyTooLarge', 'The policy must have 20 KB at most.');
  const policy = jsonObject(document);
  const other = Object.keys(policy).find((name) => !MEMBERS.has(name));
  if (other !== undefined) throw malformed(`Unknown field ${other}`);
  const { Statement: statements, Version: version } = policy;
  if (statements === undefined) throw malformed('Missing required field Statement');
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformed('The policy must contain a valid version string');
  }
  const list = [statements].flat();
  if (list.length === 0) throw malformed('Could not parse the policy: Statement is empty!');
  for (const statement of list) {
    if (typeof statement !== 'object' || statement === null || Array.isArray(statement)) {
      throw malformed('Policy has invalid statement');
    }
    checkStatement(statement as Statement, `arn:${account.partition}:s3:::${bucket}`);
  }
  if (isPublicBlocked && (list as Statement[]).some(isForEverybody)) {
    const who = `arn:${account.partition}:iam::${account.id}:root`;
    throw accessDenied(
      `User: ${who} is not authorized to perform: s3:PutBucketPolicy on resource: ` +
        `"arn:${account.partition}:s3:::${bucket}" because public policies are prevented by the BlockPublicPolicy ` +
        'setting in S3 Block Public Access.',
    );
  }
}

function jsonObject(document: string): Readonly<Record<string, unknown>> {
  if (!document.startsWith('{')) throw malformed(NOT_JSON);
  try {
    return JSON.parse(document);
  } catch {
    throw malformed(NOT_JSON);
  }
}

function checkStatement(statement: Statement, bucketArn: string): void {
  const { Effect: effect } = statement;
  if (effect === undefined) throw malformed('Missing required field Effect');
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw malformed(`Invalid effect: ${typeof effect === 'string' ? effect : JSON.stringify(effect)}`);
  }
  for (const name of ['Principal', 'Action', 'Resource']) {
    const [given, inverse] = [statement[name], statement[`Not${name}`]];
    if (given === undefined && inverse === undefined) throw malformed(`Missing required field ${name}`);
  }
  const actions = texts(statement.Action ?? statement.NotAction);
  if (actions === undefined || actions.some((action) => !/^(?:\*|s3:[\w*?]+)$/i.test(action))) {
    throw malformed('Policy has invalid action');
  }
  const resources = texts(statement.Resource ?? statement.NotResource);
  const isOfBucket = (resource: string) => resource === bucketArn || resource.startsWith(`${bucketArn}/`);
  if (resources === undefined || !resources.every(isOfBucket)) throw malformed('Policy has invalid resource');
}

/** One text or several; undefined for anything else, and for none. */
function texts(value: unknown): readonly string[] | undefined {
  const list = [value].flat();
  return list.length > 0 && list.every((each) => typeof each === 'string') ? (list as string[]) : undefined;
}

/** Whether a policy makes its bucket public. @param document one that was checked */
export function isPublic(document: string): boolean {
  return ([jsonObject(document).Statement].flat() as Statement[]).some(isForEverybody);
}

/** Source: S3 user guide, the meaning of "public". */
function isForEverybody({ Effect: effect, Principal: principal, Condition: condition }: Statement): boolean {
  if (effect !== 'Allow' || condition !== undefined) return false;
  const named = typeof principal === 'object' && principal !== null ? (principal as { AWS?: unknown }).AWS : principal;
  return texts(named)?.includes('*') ?? false;
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicy', message);
}

const MOST_RULES = 1000;
const LONGEST_ID = 255;
const ACTIONS =
  'Expiration Transition NoncurrentVersionExpiration NoncurrentVersionTransition AbortIncompleteMultipartUpload'.split(
    ' ',
  );
const ELEMENTS = new Set(['ID', 'Status', 'Filter', 'Prefix', ...ACTIONS]);
/** Objects have these without a transition. */
const INITIAL_CLASSES = ['STANDARD', 'REDUCED_REDUNDANCY'];
const DAYS = ['Days', 'NoncurrentDays', 'DaysAfterInitiation'];

/**
 * A lifecycle as it is kept. The engine does not apply it: objects stay.
 * Source: S3 API reference, PutBucketLifecycleConfiguration and LifecycleRule.
 * @throws AwsError
 */
export function checkedLifecycle(document: string): string {
  const { children: rules } = parseXml(document, 'LifecycleConfiguration');
  if (rules.length === 0 || rules.length > MOST_RULES) throw malformedXml();
  const ids = new Set<string>();
  const kept = rules.map((rule) => {
    checkRule(rule);
    // S3 makes an id for a rule without one.
    const id = textOf(rule, 'ID') || createHash('sha256').update(renderXml(rule)).digest('base64url');
    if (id.length > LONGEST_ID) throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID');
    if (ids.has(id)) throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID');
    ids.add(id);
    const others = rule.children.filter(({ name }) => name !== 'ID');
    return `<Rule>${xml('ID', id)}${others.map(renderXml).join('')}</Rule>`;
  });
  return s3Document('LifecycleConfiguration', kept.join(''));
}

function checkRule(rule: XmlElement): void {
  if (rule.name !== 'Rule' || rule.children.some(({ name }) => !ELEMENTS.has(name))) throw malformedXml();
  const status = textOf(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml();
  const [filter, prefix] = [childrenOf(rule, 'Filter'), textOf(rule, 'Prefix')];
  if (filter.length + (prefix === undefined ? 0 : 1) !== 1) throw malformedXml();
  const members = filter[0]?.children ?? [];
  if (members.length > 1) throw malformedXml();
  const actions = rule.children.filter(({ name }) => ACTIONS.includes(name));
  if (actions.length === 0) throw invalidRequest('At least one action needs to be specified in a rule');
  for (const action of actions) checkAction(action);
}

function checkAction(action: XmlElement): void {
  for (const { name, text } of action.children) {
    if (DAYS.includes(name)) checkDays(action.name, name, text);
    // Days begin at midnight; the remainder of what is no time is NaN.
    if (name === 'Date' && Date.parse(text) % 86_400_000 !== 0) {
      throw invalidArgument("'Date' must be at midnight GMT", 'Date', text);
    }
    const isTarget = STORAGE_CLASSES.has(text) && !INITIAL_CLASSES.includes(text);
    if (name === 'StorageClass' && !isTarget) throw malformedXml();
  }
  if (action.children.length === 0 && action.text.trim() === '') throw malformedXml();
}

function checkDays(action: string, name: string, text: string): void {
  if (!/^-?\d{1,10}$/.test(text)) throw malformedXml();
  const least = action.endsWith('Transition') ? 0 : 1;
  if (Number(text) >= least) return;
  const kind = least === 0 ? 'nonnegative' : 'positive';
  throw invalidArgument(`'${name}' for ${action} action must be a ${kind} integer`, name, text);
}
