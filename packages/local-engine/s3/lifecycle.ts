import { createHash } from 'node:crypto';
import { invalidArgument, invalidRequest, malformedXml } from './errors.ts';
import { STORAGE_CLASSES } from './object-headers.ts';
import { childrenOf, parseXml, renderXml, s3Document, textOf, type XmlElement, xml } from './xml-document.ts';

const MOST_RULES = 1000;
const LONGEST_ID = 255;
const ELEMENTS = new Set([
  'ID',
  'Status',
  'Filter',
  'Prefix',
  'Expiration',
  'Transition',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'AbortIncompleteMultipartUpload',
]);
const ACTIONS = [...ELEMENTS].slice(4);
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
    const id = textOf(rule, 'ID') || idOf(rule);
    if (id.length > LONGEST_ID) throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID');
    if (ids.has(id)) throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID');
    ids.add(id);
    const others = rule.children.filter(({ name }) => name !== 'ID');
    return `<Rule>${xml('ID', id)}${others.map(renderXml).join('')}</Rule>`;
  });
  return s3Document('LifecycleConfiguration', kept.join(''));
}

/** S3 makes an id for a rule without one. */
function idOf(rule: XmlElement): string {
  return createHash('sha256').update(renderXml(rule)).digest('base64url');
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
    if (name === 'Date' && !isMidnight(text)) {
      throw invalidArgument("'Date' must be at midnight GMT", 'Date', text);
    }
    const isTarget = STORAGE_CLASSES.has(text) && !INITIAL_CLASSES.includes(text);
    if (name === 'StorageClass' && !isTarget) throw malformedXml();
  }
  const isEmpty = action.children.length === 0 && action.text.trim() === '';
  if (isEmpty) throw malformedXml();
}

function checkDays(action: string, name: string, text: string): void {
  if (!/^-?\d{1,10}$/.test(text)) throw malformedXml();
  const least = action.endsWith('Transition') ? 0 : 1;
  if (Number(text) >= least) return;
  const kind = least === 0 ? 'nonnegative' : 'positive';
  throw invalidArgument(`'${name}' for ${action} action must be a ${kind} integer`, name, text);
}

function isMidnight(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && time % 86_400_000 === 0;
}
