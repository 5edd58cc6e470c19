import { expect, test } from '@jest/globals';
import { choiceIn, replayCommand } from '../../../console/server/replay/replay-choice.ts';

test('a command to paste has what the address says as single words', () => {
  const choice = choiceIn((name) => ({ from: '1h', subscribers: '$(id),uri-recorder', users: "o'brien\n; ls" })[name]);
  expect(replayCommand(choice, { from: 0, to: 1 }, {})).toBe(
    "npx pipeline replay --from 1970-01-01T00:00:00Z --to-subscriber '$(id)' --to-subscriber uri-recorder " +
      "--user 'o'\\''brien' --user '; ls' --wait",
  );
});
