import { describe, expect, test } from '@jest/globals';
import { eventCode } from '../../../../operations/try-events/index.ts';

const DRAFT = {
  type: 'UserRegistered',
  source: 'users-table',
  detail: { data: { userId: `it's "$HOME" \`x\`\nEVENT` } },
};
const PROPS = {
  // As it was given: without ids.
  given: DRAFT,
  draft: { ...DRAFT, detail: { ...DRAFT.detail, metadata: { eventId: 'e' } } },
  busName: 'users',
};
const ENGINE = { endpoint: 'http://127.0.0.1:4599', region: 'eu-west-1' };

describe('the code of an event, for an id that a shell would read', () => {
  const { command, awsCli, sdk } = eventCode(PROPS, ENGINE, { port: 4599 });

  test('is the input of the command: no line of it ends the input, and the shell changes none', () => {
    const [first, ...rest] = command.trimEnd().split('\n');
    expect(first).toBe("npx pipeline events put - --port 4599 <<'EVENT'");
    expect(rest.pop()).toBe('EVENT');
    expect(rest).not.toContain('EVENT');
    expect(JSON.parse(rest.join('\n'))).toEqual({
      'detail-type': DRAFT.type,
      source: DRAFT.source,
      detail: DRAFT.detail,
    });
  });

  test('is one word of the AWS CLI', () => {
    const [, word = ''] =
      /^aws --endpoint-url http:\/\/127\.0\.0\.1:4599 events put-events --entries '(.*)'\n$/s.exec(awsCli) ?? [];
    // Between single quotes a shell reads nothing but their end, which is written so.
    expect(word.replaceAll(`'\\''`, '')).not.toContain("'");
    const [entry] = JSON.parse(word.replaceAll(`'\\''`, "'")) as { Detail: string }[];
    expect(entry).toEqual({
      EventBusName: 'users',
      Source: 'users-table',
      DetailType: 'UserRegistered',
      Detail: JSON.stringify(PROPS.draft.detail),
    });
  });

  test('is a program of the AWS SDK, for the same place', () => {
    expect(sdk).toContain('new EventBridgeClient({ endpoint: "http://127.0.0.1:4599" })');
    const [, detail = ''] = /Detail: JSON\.stringify\((\{.*\})\),\n {4}\}\]/s.exec(sdk) ?? [];
    expect(JSON.parse(detail)).toEqual(PROPS.draft.detail);
  });
});

test('of a stack on AWS, names the stack, and no endpoint', () => {
  const { command, awsCli, sdk } = eventCode(PROPS, { stackName: 's' }, { stack: 's' });
  expect(command).toMatch(/^npx pipeline events put - --stack s <</);
  expect(awsCli).toMatch(/^aws events put-events/);
  expect(sdk).toContain('new EventBridgeClient({})');
});
