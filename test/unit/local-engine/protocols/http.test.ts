import { describe, expect, test } from '@jest/globals';
import { jsonResponse, xmlResponse } from '../../../../packages/local-engine/protocols/http.ts';
import { escapeXml, unescapeXml } from '../../../../packages/local-engine/protocols/xml.ts';

describe('text in XML', () => {
  test.each([
    { text: '<a href="x">&</a>', content: '&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;' },
    { text: '&amp;', content: '&amp;amp;' },
    { text: 'é 서울 😀\t\n', content: 'é 서울 😀\t\n' },
    { text: 'a\r\nb', content: 'a&#xD;\nb' },
  ])('given $text, it is $content, and back', ({ text, content }) => {
    expect(escapeXml(text)).toBe(content);
    expect(unescapeXml(content)).toBe(text);
  });

  test.each([
    { given: 'a null character', text: 'a\u0000b' },
    { given: 'an escape character', text: 'a\u001bb' },
    { given: 'half a surrogate pair', text: 'a\ud83db' },
    { given: 'a non-character', text: 'a\uffffb' },
  ])('given $given, which no XML may hold, it is replaced', ({ text }) => {
    expect(escapeXml(text)).toBe('a\ufffdb');
  });

  test.each([
    { content: '&#65;&#x42;&#x1F600;', text: 'AB😀' },
    { content: '&apos;&quot;', text: `'"` },
    { content: '&#x110000;&#99999999999;', text: '\ufffd\ufffd' },
    { content: '&constructor;&__proto__;', text: '&constructor;&__proto__;' },
    { content: '&unknown; & &amp;lt;', text: '&unknown; & &lt;' },
  ])('given the content $content, the text is $text', ({ content, text }) => {
    expect(unescapeXml(content)).toBe(text);
  });
});

describe('answers', () => {
  test('given an object, the answer is JSON', () => {
    expect(jsonResponse({ a: 1 }, { status: 400, headers: { 'x-amzn-errortype': 'E' } })).toEqual({
      status: 400,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': 'E' },
      body: '{"a":1}',
    });
  });

  test('given an element, the answer is a whole document; given nothing, it has no body', () => {
    expect(xmlResponse('<a/>').body).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<a/>');
    expect(xmlResponse('', 204)).toEqual({ status: 204, headers: { 'content-type': 'application/xml' }, body: '' });
  });
});
