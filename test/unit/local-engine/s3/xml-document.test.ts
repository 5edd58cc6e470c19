import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeXml } from '../../../../packages/local-engine/protocols/xml.ts';
import { childrenOf, parseXml, renderXml, textOf } from '../../../../packages/local-engine/s3/xml-document.ts';

describe('a document', () => {
  test('given elements, attributes, comments and references, it is read', () => {
    const document = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
<!-- a - b -->
<n:a xmlns:n="x" y='1'> <b>1 &amp; &#x1F600;&#50;</b>
<b/><c><![CDATA[<d>]]></c></n:a>
`;
    const root = parseXml(document, 'a');
    expect(childrenOf(root, 'b').map(({ text }) => text)).toEqual(['1 & 😀2', '']);
    expect(textOf(root, 'c')).toBe('<d>');
    expect(renderXml(root)).toBe('<a><b>1 &amp; 😀2</b><b></b><c>&lt;d&gt;</c></a>');
  });

  test('given any text that XML can hold, it comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const held = escapeXml(text);
        fc.pre(!held.includes('\uFFFD') || text.includes('\uFFFD'));
        expect(parseXml(`<a>${held}</a>`, 'a').text).toBe(text);
      }),
    );
  });

  test.each([
    '',
    'text',
    '<b/>',
    '<a/><a/>',
    '<a>',
    '</a>',
    '<a></b>',
    '<a><b></a></b>',
    '<a/>text',
    '<a b></a>',
    // Found by `npm run fuzz`.
    '<a><b:c:d/></a>',
    '<a>&nothing;</a>',
    '<a>&</a>',
    '<a>&#0;</a>',
    '<a>&#xD800;</a>',
    '<a>&#x110000;</a>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a><![CDATA[</a>',
    '<a>'.repeat(50) + '</a>'.repeat(50),
  ])('given %j, it is malformed', (document) => {
    expect(() => parseXml(document, 'a')).toThrow(expect.objectContaining({ code: 'MalformedXML', status: 400 }));
  });

  test('given the same element twice where one is meant, it is malformed', () => {
    expect(() => textOf(parseXml('<a><b/><b/></a>', 'a'), 'b')).toThrow(
      expect.objectContaining({ code: 'MalformedXML' }),
    );
  });

  test.each([
    ['opened elements', '<a>'.repeat(1_000_000)],
    ['attributes', `<a${' b="c"'.repeat(200_000)}`],
    ['a comment', `<!--${'-a'.repeat(1_000_000)}`],
    ['references', `<a>${'&'.repeat(1_000_000)}</a>`],
    ['white space', `<a${' '.repeat(1_000_000)}<`],
  ])('given very many %s, it ends', (_what, document) => {
    expect(() => parseXml(document, 'a')).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });
});
