import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { escapeXml, isXmlText, unescapeXml } from '../protocols/xml.ts';
import { malformedXml } from './errors.ts';

/** One element of a document: elements in it, or text. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Of every document that S3 answers with. */
const S3_XML = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** No document of S3 is nested as deeply. */
const MOST_LEVELS = 16;

/** In the order in which they are tried: what is neither is text. */
const PIECES =
  /<\?[^>]*\?>|<!--(?:[^-]|-(?!->))*-->|<(\/?)((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads a document in one pass; namespaces, attributes and comments are left out.
 * @param root what the document's element must be called
 * @throws AwsError MalformedXML
 */
export function parseXml(document: string, root: string): XmlElement {
  const top: OpenElement = { name: '', children: [], text: '' };
  const open: OpenElement[] = [top];
  let at = document.startsWith('\uFEFF') ? 1 : 0;
  while (at < document.length) {
    const tag = document.indexOf('<', at);
    const end = tag < 0 ? document.length : tag;
    const current = open.at(-1);
    if (current === undefined) throw malformedXml();
    if (end > at) current.text += contentText(document.slice(at, end));
    if (tag < 0) break;
    at = readTag(document, tag, open);
  }
  const [element] = top.children;
  if (open.length !== 1 || top.children.length !== 1 || element?.name !== root || top.text.trim() !== '') {
    throw malformedXml();
  }
  return element;
}

/** Opens or closes an element. @returns the position behind it */
function readTag(document: string, at: number, open: OpenElement[]): number {
  if (document.startsWith('<![CDATA[', at)) return readCharacterData(document, at, open);
  PIECES.lastIndex = at;
  const piece = PIECES.exec(document);
  if (piece === null) throw malformedXml();
  const [whole, closing, qualified, , empty] = piece;
  if (qualified === undefined) return at + whole.length;
  const name = qualified.slice(qualified.indexOf(':') + 1);
  if (closing === '/') {
    const closed = open.pop();
    if (closed?.name !== name || open.length === 0) throw malformedXml();
    open.at(-1)?.children.push(closed);
  } else if (empty === '/') {
    open.at(-1)?.children.push({ name, children: [], text: '' });
  } else {
    if (open.length > MOST_LEVELS) throw malformedXml();
    open.push({ name, children: [], text: '' });
  }
  return at + whole.length;
}

function readCharacterData(document: string, at: number, open: OpenElement[]): number {
  const end = document.indexOf(']]>', at);
  const current = open.at(-1);
  if (end < 0 || current === undefined) throw malformedXml();
  current.text += document.slice(at + '<![CDATA['.length, end);
  return end + ']]>'.length;
}

function contentText(content: string): string {
  if (!content.includes('&')) return content;
  if (/&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-f]{1,6});)/i.test(content)) throw malformedXml();
  const codes = content.matchAll(/&#(?:x([0-9a-f]+)|([0-9]+));/gi);
  for (const [, hex, decimal] of codes) {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code > 0x10ffff || !isXmlText(String.fromCodePoint(code))) throw malformedXml();
  }
  return unescapeXml(content);
}

/** Elements of that name in an element. */
export function childrenOf({ children }: XmlElement, name: string): XmlElement[] {
  return children.filter((child) => child.name === name);
}

/** Text of the only element of that name; undefined if there is none. @throws AwsError MalformedXML for more than one */
export function textOf(element: XmlElement, name: string): string | undefined {
  const [found, ...more] = childrenOf(element, name);
  if (more.length > 0) throw malformedXml();
  return found?.text;
}

/** An element with text in it. */
export function xml(name: string, text: string | number | boolean): string {
  return `<${name}>${escapeXml(String(text))}</${name}>`;
}

/** An element with text for each member, in their order; none for a member that is undefined. */
export function fields(members: Readonly<Record<string, string | number | boolean | undefined>>): string {
  return Object.entries(members)
    .map(([name, text]) => (text === undefined ? '' : xml(name, text)))
    .join('');
}

/** A document of S3 with its namespace. */
export function s3Document(name: string, content: string): string {
  return `<${name} ${S3_XML}>${content}</${name}>`;
}

/** An answer with such a document. */
export function documentAnswer(name: string, content: string, headers: ApiResponse['headers'] = {}): ApiResponse {
  return xmlResponse(s3Document(name, content), 200, headers);
}

/** An element as it was read, without white space between elements. */
export function renderXml({ name, children, text }: XmlElement): string {
  return children.length === 0 ? xml(name, text) : `<${name}>${children.map(renderXml).join('')}</${name}>`;
}
